import type { Command } from './command.ts'

/** The message comes as the call's quote, which the model gets before these words. */
export const summarise: Command = {
  name: 'summarise',
  description: 'Summarise a message for you alone',
  options: [],
  // It is the caller who has no time to read it; nobody else waits for it.
  audience: 'caller',
  menu: 'Summarise',
  menuOnly: true,
  lane: 'turn',
  run: null,
  asks: 'Summarise the message quoted above, with what is attached to it, in a few short sentences, in the language it is written in. Keep names, numbers, dates and decisions.',
}
