import type { ConversationKey } from '../../../src/ports/event.ts'
import type { Control } from '../../../src/ports/platform.ts'

/** What a button under an answer does. */
export type ButtonVerb = Control | 'up' | 'down'

export interface ButtonId {
  readonly verb: ButtonVerb
  readonly channel: string
  readonly thread: string
}

/**
 * The id of a button under an answer of the conversation. It carries all that a press needs, so that buttons work
 * after a restart; at most 100 characters (Discord's limit).
 */
export const writeButtonId = (
  verb: ButtonVerb,
  conversation: Pick<ConversationKey, 'channel' | 'thread'>,
): string => `parley.${verb}.${conversation.channel}.${conversation.thread}`

const shape =
  /^parley\.(stop|regenerate|retry|thumbs|up|down|read_aloud|correct)\.(\d{1,20})\.((?:reply:)?\d{1,20}|)$/

/** null: not the id of a button of ours, or of one that this version doesn't know. */
export function readButtonId(id: string): ButtonId | null {
  const [, verb, channel, thread] = shape.exec(id) ?? []
  if (verb === undefined || channel === undefined || thread === undefined) return null
  return { verb: verb as ButtonVerb, channel, thread }
}
