import type { PromptMessage, ReplyRequest } from '../../src/ports/model.ts'

/** What the people said since the last answer: what is answered now. */
export function pending({ messages }: ReplyRequest): readonly PromptMessage[] {
  const answered = messages.findLastIndex(({ role }) => role === 'assistant')
  return messages.slice(answered + 1).filter(({ role }) => role === 'user')
}

export function wordsOf({ content }: PromptMessage): string {
  return content
    .flatMap((part) => (part.kind === 'text' ? [part.text] : []))
    .join('\n')
    .trim()
}
