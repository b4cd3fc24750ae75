import type { FormField } from '../../ports/command.ts'
import type { EffectiveSettings } from '../settings.ts'
import { asBlock, type Command, givenText } from './command.ts'
import { carryOut, inForm, longestPersona, wishPersona } from './wishes.ts'

export const persona: Command = {
  name: 'persona',
  description: 'Show or set the instructions that hold here',
  options: [
    {
      name: 'text',
      description: 'How Parley should answer here; "default" to go back',
      type: 'text',
      required: false,
    },
  ],
  audience: 'bare',
  form: true,
  fill: async (channel, settings) => ({
    title: 'The instructions here',
    fields: [personaField('text', await settings.of(channel))],
  }),
  lane: 'now',
  async run(call, around) {
    const wanted = givenText(call, 'text')
    if (wanted !== null) {
      return carryOut([await wishPersona(wanted, call, around)])
    }
    const { persona } = await around.settings.of(call.place.conversation)
    return {
      markdown: `These instructions hold here:\n\n${asBlock(persona)}\n\nChange them with \`${around.typed('persona')} <text>\`; \`${around.typed('persona')} default\` goes back.`,
      private: true,
    }
  },
}

/** `name`: of the option that it fills. */
export const personaField = (name: string, { persona }: EffectiveSettings): FormField => ({
  name,
  label: 'How to answer here; empty it to go back',
  lines: 'many',
  value: inForm(persona),
  longest: longestPersona,
  required: false,
})
