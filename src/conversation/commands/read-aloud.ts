import type { Command } from './command.ts'

/** The message comes as the call's quote. */
export const readAloud: Command = {
  name: 'read-aloud',
  description: 'Have a message read aloud',
  options: [],
  audience: 'all',
  menu: 'Read aloud',
  menuOnly: true,
  lane: 'aside',
  run: null,
  task({ quotes = [], files = [] }) {
    // What stands for a message without words: nobody wants to hear the names of its files.
    const names = `[${files.map(({ name }) => name).join(', ')}]`
    const texts = quotes.map(({ text }) => text).filter((text) => text !== names)
    return { kind: 'speak', text: texts.join('\n\n'), format: null, voice: null }
  },
}
