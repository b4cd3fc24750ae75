import { type Command, givenText } from './command.ts'

const formats = ['txt', 'srt', 'vtt'] as const

export const transcribe: Command = {
  name: 'transcribe',
  description: 'Write down what is said in a recording',
  options: [
    { name: 'file', description: 'A recording, or a film with sound', type: 'file', required: true },
    {
      name: 'language',
      description: 'What is spoken: German, de; left out, it is recognised',
      type: 'text',
      required: false,
    },
    {
      name: 'as',
      description: 'A file: plain text, or subtitles',
      type: 'text',
      required: false,
      choices: formats,
    },
  ],
  audience: 'all',
  menu: 'Transcribe',
  lane: 'turn',
  run: null,
  task(call) {
    const as = givenText(call, 'as')?.toLowerCase()
    return {
      kind: 'transcribe',
      language: givenText(call, 'language') || null,
      as: formats.find((format) => format === as) ?? null,
    }
  },
}
