import type { DraftAnswer } from '../ports/inbox.ts'
import type { CommandReply } from './commands/command.ts'

/** A command's reply as its draft keeps it. */
export const keep = ({ markdown, ...rest }: CommandReply): DraftAnswer => ({
  text: markdown,
  state: 'done',
  rest,
})

export const kept = ({ text, rest }: DraftAnswer): CommandReply => ({
  markdown: text,
  ...(rest as Omit<CommandReply, 'markdown'>),
})
