import { asBlock, asCode, type Command, givenText } from './command.ts'
import { personaField } from './persona.ts'
import { voiceInWords } from './voice-wishes.ts'
import { carryOut, type Wish, wishModel, wishPersona } from './wishes.ts'

/** Characters of a model's name; Discord offers no longer ones while one types. */
const longestModel = 100

export const settings: Command = {
  name: 'settings',
  description: 'Show or change the settings that hold here',
  options: [
    {
      name: 'model',
      description: 'The name of a model; "default" to go back',
      type: 'text',
      required: false,
      suggest: 'models',
    },
    {
      name: 'persona',
      description: 'How Parley should answer here; "default" to go back',
      type: 'text',
      required: false,
    },
  ],
  audience: 'bare',
  form: true,
  async fill(channel, settings) {
    const now = await settings.of(channel)
    return {
      title: 'The settings here',
      fields: [
        {
          name: 'model',
          label: 'Model; empty it to go back',
          lines: 'one',
          value: now.model.slice(0, longestModel),
          longest: longestModel,
          required: false,
        },
        personaField('persona', now),
      ],
    }
  },
  lane: 'now',
  async run(call, around) {
    const [model, persona] = [givenText(call, 'model'), givenText(call, 'persona')]
    const now = await around.settings.of(call.place.conversation)
    if (model === null && persona === null) {
      const about = await around.describe(now.model)
      return {
        markdown: `**Model:** ${asCode(now.model)}${about === null ? '' : ` (${about})`}\n\n${voiceInWords(now)}\n\n**Instructions:**\n\n${asBlock(now.persona)}\n\nChange them with \`${around.typed('model')} <name>\`, \`${around.typed('voice')}\` and \`${around.typed('persona')} <text>\`; \`default\` goes back.`,
        private: true,
      }
    }
    const wishes: Wish[] = []
    // A form gives back what nobody touched, too.
    if (model !== null && model !== now.model.slice(0, longestModel)) {
      wishes.push(await wishModel(model, call, around))
    }
    if (persona !== null) wishes.push(await wishPersona(persona, call, around))
    if (wishes.every(({ kind }) => kind === 'unchanged')) {
      return { markdown: 'Nothing changed: all of this holds here already.', private: true }
    }
    return carryOut(wishes)
  },
}
