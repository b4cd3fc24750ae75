import { createHash } from 'node:crypto'
import type { ConversationKey, MessageRef, Person } from '../ports/event.ts'

/** Store keys and derived ids. Tuples are written as JSON, so that no id can run into its neighbour. */

export const conversationId = (key: ConversationKey): string =>
  JSON.stringify([key.platform, key.workspace, key.channel, key.thread])

/** The key that `conversationId` was made of. */
export function conversationKey(id: string): ConversationKey {
  const [platform = '', workspace = '', channel = '', thread = '']: string[] = JSON.parse(id)
  return { platform, workspace, channel, thread }
}

/** Whether it is a conversation of its own that has no thread: a chain of replies. */
export const isChain = ({ thread }: Pick<ConversationKey, 'thread'>): boolean => thread.startsWith(chain)

/** Whether its messages stand outside every thread: those of a chain, or of a channel that is one conversation. */
export const isThreadless = ({ thread }: Pick<ConversationKey, 'thread'>): boolean =>
  thread === '' || isChain({ thread })

/** The thread of a chain's key, after the message that it began with. */
export const chainFrom = ({ id }: MessageRef): string => `${chain}${id}`

const chain = 'reply:'

export const headKey = (conversation: string): string => `conversation:${conversation}`

/** There while Parley takes part in the conversation. */
export const partKey = (conversation: string): string => `part:${conversation}`

export const messageKey = (conversation: string, epoch: number, seq: number): string =>
  `message:${conversation}:${epoch}:${seq}`

export const turnKey = (conversation: string, epoch: number, seq: number): string =>
  `turn:${conversation}:${epoch}:${seq}`

/** From any message of a turn, question or answer, to the turn. */
export const refKey = (conversation: string, ref: MessageRef): string =>
  `ref:${conversation}:${JSON.stringify([ref.channel, ref.id])}`

/** From a message that stands outside every thread to its conversation. */
export const knownKey = (
  { platform, workspace }: Pick<ConversationKey, 'platform' | 'workspace'>,
  { channel, id }: MessageRef,
): string => `known:${JSON.stringify([platform, workspace, channel, id])}`

/** From a question, on which a thread is opened, to the conversation it was admitted to. */
export const placedKey = (
  { platform, workspace }: Pick<ConversationKey, 'platform' | 'workspace'>,
  { channel, id }: MessageRef,
): string => `placed:${JSON.stringify([platform, workspace, channel, id])}`

/** All that lead from a message to its conversation and its turn. */
export const keysTo = (conversation: string, ref: MessageRef): string[] => [
  refKey(conversation, ref),
  knownKey(conversationKey(conversation), ref),
  placedKey(conversationKey(conversation), ref),
]

/** The same for all messages of an answer that are known. */
export const keysToAll = (
  conversation: string,
  parts: readonly { readonly ref: MessageRef | null }[],
): string[] => parts.flatMap(({ ref }) => (ref === null ? [] : keysTo(conversation, ref)))

export const settingsKey = (channel: { platform: string; workspace: string; channel: string }): string =>
  `settings:${JSON.stringify([channel.platform, channel.workspace, channel.channel])}`

const digest = (...parts: readonly string[]): Buffer =>
  createHash('sha256').update(JSON.stringify(parts)).digest()

/** The same for each try of the same event, so that a second try finds the first one's messages. */
export const turnId = (platform: string, eventId: string): string =>
  `turn_${digest('turn', platform, eventId).toString('base64url').slice(0, 16)}`

/** 22 characters: Discord takes at most 25. */
export const nonceOf = (turn: string, index: number): string =>
  digest('nonce', turn, String(index)).toString('base64url').slice(0, 22)

/**
 * What the model's provider learns of a person: the same hash each time instead of the id. Not a secret: whoever has a
 * list of ids can hash them too and compare.
 */
export const personHash = (
  { platform, workspace }: Pick<ConversationKey, 'platform' | 'workspace'>,
  { id }: Pick<Person, 'id'>,
): string => digest('person', platform, workspace, id).toString('hex')

/** The same for all turns of a conversation, so that the provider finds its cached prompt. */
export const cacheKey = (conversation: string): string =>
  digest('cache', conversation).toString('base64url').slice(0, 32)
