import type { ConversationKey } from '../../../src/ports/event.ts'
import type { Control } from '../../../src/ports/platform.ts'
import { isId } from '../fields.ts'

/** What a button under an answer does. */
export type ButtonVerb = Control | 'up' | 'down'

export interface ButtonId {
  readonly verb: ButtonVerb
  readonly workspace: string
  readonly channel: string
  readonly thread: string
}

/** A button's `action_id`, of which a block may have each only once; of the pair of thumbs it is one for both. */
export const actionIdOf = (verb: ButtonVerb): string => `parley.${verb}`

/**
 * The `value` of a button under an answer of the conversation. It carries all that a press needs, so that buttons work
 * after a restart and in any process; at most 2000 characters (Slack's limit).
 */
export const writeButtonId = (
  verb: ButtonVerb,
  { workspace, channel, thread }: Pick<ConversationKey, 'workspace' | 'channel' | 'thread'>,
): string => JSON.stringify([verb, workspace, channel, thread])

const verbs = /^(?:stop|regenerate|retry|read_aloud|correct|thumbs|up|down)$/
const thread = /^(?:(?:reply:)?[\w.:-]{1,100}|)$/

/** null: not the value of a button of ours, or of one that this version doesn't know. */
export function readButtonId(value: string): ButtonId | null {
  if (value.length > 2000) return null
  const [verb, workspace, channel, inThread, ...more] = listIn(value)
  if (more.length > 0 || !fits(verb, verbs) || !fits(inThread, thread)) return null
  if (!isId(workspace) || !isId(channel)) return null
  return { verb: verb as ButtonVerb, workspace, channel, thread: inThread }
}

const fits = (value: unknown, shape: RegExp): value is string =>
  typeof value === 'string' && shape.test(value)

function listIn(value: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(value)
    return Array.isArray(list) ? list : []
  } catch {
    // Somebody else's value.
    return []
  }
}
