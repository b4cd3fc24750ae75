import type { Command } from './command.ts'

/** The message comes as the call's quote. */
export const readAloud: Command = {
  name: 'read-aloud',
  description: 'Have a message read aloud',
  options: [],
  audience: 'all',
  menu: 'Read aloud',
  menuOnly: true,
  lane: 'turn',
  run: null,
  task: ({ quotes = [] }) => ({
    kind: 'speak',
    text: quotes.map(({ text }) => text).join('\n\n'),
    format: null,
    voice: null,
  }),
}
