import { soundFormats } from '../../speech/voices.ts'
import { asBlock, type Command, givenText } from './command.ts'
import { voiceInWords, wishesOfVoice } from './voice-wishes.ts'
import { carryOut } from './wishes.ts'

export const voice: Command = {
  name: 'voice',
  description: 'Show or set how answers are read aloud here',
  options: [
    {
      name: 'name',
      description: 'Whose voice; "default" to go back',
      type: 'text',
      required: false,
      suggest: 'voices',
    },
    {
      name: 'format',
      description: 'Of sound files; "default" to go back',
      type: 'text',
      required: false,
      choices: [...soundFormats, 'default'],
    },
    {
      name: 'speed',
      description: 'From 0.25 to 4, with 1 as usual; "default" to go back',
      type: 'text',
      required: false,
    },
    {
      name: 'instructions',
      description: 'How to speak: tone, accent, mood; "default" to go back',
      type: 'text',
      required: false,
    },
    {
      name: 'always',
      description: 'Whether every answer here is read aloud',
      type: 'text',
      required: false,
      choices: ['on', 'off', 'default'],
    },
  ],
  audience: 'bare',
  lane: 'now',
  async run(call, { settings, typed }) {
    const channel = call.place.conversation
    const wishes = wishesOfVoice((name) => givenText(call, name), settings.unchosen(channel))
    if (wishes.length > 0) return carryOut(wishes)
    const now = await settings.of(channel)
    const { instructions } = now.voice
    const manner = instructions === null ? '' : `\n\nIt is told to speak so:\n\n${asBlock(instructions)}`
    return {
      markdown: `${voiceInWords(now)}${manner}\n\nChange it with \`${typed('voice')}\` and \`name\`, \`format\`, \`speed\`, \`instructions\` or \`always\`; \`default\` goes back.`,
      private: true,
    }
  },
}
