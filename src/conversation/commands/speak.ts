import { isSoundFormat, knownVoices, soundFormats } from '../../speech/voices.ts'
import { type Command, givenText } from './command.ts'

export const speak: Command = {
  name: 'speak',
  description: 'Have a text read aloud',
  options: [
    { name: 'text', description: 'What to say', type: 'text', required: true },
    {
      name: 'format',
      description: 'The kind of sound file; left out, a voice message where there are any',
      type: 'text',
      required: false,
      choices: soundFormats,
    },
    {
      name: 'voice',
      description: `Whose voice: ${knownVoices.slice(0, 4).join(', ')}…`,
      type: 'text',
      required: false,
      suggest: 'voices',
    },
  ],
  audience: 'all',
  lane: 'aside',
  run: null,
  task(call) {
    const format = givenText(call, 'format')?.toLowerCase()
    return {
      kind: 'speak',
      text: givenText(call, 'text') ?? '',
      format: isSoundFormat(format) ? format : null,
      voice: givenText(call, 'voice') || null,
    }
  },
}
