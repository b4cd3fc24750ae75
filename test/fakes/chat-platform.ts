import type { FileRef, MessageRef, Place } from '../../src/ports/event.ts'
import { DownloadError } from '../../src/ports/failure.ts'
import type { Intake } from '../../src/ports/intake.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { Part, Platform } from '../../src/ports/platform.ts'

/** What the platform received, in order: the oracle of the tests. */
export type Received =
  | { readonly call: 'open'; readonly root: string; readonly title: string }
  | {
      readonly call: 'send'
      readonly id: string
      readonly thread: string
      /** The message it stands beside, in the channel. */
      readonly replyTo: string | null
      readonly part: Part
      readonly privateTo: string | null
    }
  | { readonly call: 'edit'; readonly id: string; readonly part: Part; readonly place: Place }
  | { readonly call: 'rename'; readonly thread: string; readonly title: string }
  | { readonly call: 'remove'; readonly id: string }
  | { readonly call: 'show'; readonly activity: string | null }

export interface ChatPlatform {
  readonly platform: Platform
  readonly ledger: readonly Received[]
  /** What people see now, in the order it was first sent. */
  visible(): readonly { readonly id: string; readonly thread: string; readonly part: Part }[]
  readonly intake: Intake
  /** Makes the next calls of this kind end so; the call itself is not carried out unless `outcome` is `unknown`. */
  fail(call: 'send' | 'edit', ...outcomes: readonly Outcome[]): void
  putFile(file: FileRef, bytes: Uint8Array): void
}

/** Beside a message there is no thread. */
const threadOf = ({ conversation, replyTo }: Place): string => (replyTo ? '' : conversation.thread)

/** A chat with threads, 2000 characters a message, nonces that deduplicate, and no limits a minute. */
export function createChatPlatform(options: Partial<Pick<Platform, 'openPlace' | 'can'>> = {}): ChatPlatform {
  const name = 'chat'
  const ledger: Received[] = []
  const messages = new Map<string, { thread: string; part: Part }>()
  const nonces = new Map<string, MessageRef>()
  const failures: Record<'send' | 'edit', Outcome[]> = { send: [], edit: [] }
  const files = new Map<string, Uint8Array>()
  let connected: Intake | null = null
  let next = 1

  const put = (place: Place, part: Part, nonce: string): MessageRef => {
    const known = nonces.get(nonce)
    if (known !== undefined) return known
    const ref = { channel: place.conversation.channel, id: `b${next++}` }
    messages.set(ref.id, { thread: threadOf(place), part })
    nonces.set(nonce, ref)
    return ref
  }

  const platform: Platform = {
    name,
    limits: { message: 2000, filesPerMessage: 10, fileBytes: 10 * 1024 * 1024, messagesPerAnswer: null },
    can: { edit: true, threads: true, buttons: true, private: 'everywhere' },
    async start(intake) {
      connected = intake
    },
    async stop() {},
    measure: (markdown) => markdown.length,
    budget: (place) => [{ bucket: `${name}:${place.conversation.thread}`, limit: 1000, windowMs: 1000 }],
    async openPlace(place, title) {
      if (place.root !== null) ledger.push({ call: 'open', root: place.root.id, title })
      return { kind: 'open', place: { ...place, root: null } }
    },
    async rename(place, title) {
      ledger.push({ call: 'rename', thread: threadOf(place), title })
      return { kind: 'sent', ref: { channel: place.conversation.channel, id: place.conversation.thread } }
    },
    async send(place, part, { nonce, privateTo }) {
      const failure = failures.send.shift()
      if (failure !== undefined && failure.kind !== 'unknown') return failure
      if (part.markdown.length > 2000) return { kind: 'too_long' }
      const ref = put(place, part, nonce)
      ledger.push({
        call: 'send',
        id: ref.id,
        thread: threadOf(place),
        replyTo: place.replyTo?.id ?? null,
        part,
        privateTo: privateTo ?? null,
      })
      return failure ?? { kind: 'sent', ref }
    },
    async edit(place, at, part) {
      const failure = failures.edit.shift()
      if (failure !== undefined) return failure
      if (part.markdown.length > 2000) return { kind: 'too_long' }
      const message = messages.get(at.id)
      if (message === undefined) return { kind: 'gone' }
      messages.set(at.id, { ...message, part })
      ledger.push({ call: 'edit', id: at.id, part, place })
      return { kind: 'sent', ref: at }
    },
    async remove(_place, at) {
      ledger.push({ call: 'remove', id: at.id })
      return messages.delete(at.id) ? { kind: 'sent', ref: at } : { kind: 'gone' }
    },
    async show(_place, activity) {
      ledger.push({ call: 'show', activity: activity?.kind ?? null })
      return { kind: 'done' }
    },
    async download(file) {
      const bytes = files.get(file.id)
      if (bytes === undefined) throw new DownloadError('it is not there any more')
      return new Blob([new Uint8Array(bytes)]).stream()
    },
    find: async ({ nonce }) => nonces.get(nonce) ?? null,
    ...options,
  }

  return {
    platform,
    ledger,
    visible: () => [...messages].map(([id, { thread, part }]) => ({ id, thread, part })),
    get intake() {
      if (connected === null) throw new Error('the platform was not started')
      return connected
    },
    fail(call, ...outcomes) {
      failures[call].push(...outcomes)
    },
    putFile: (file, bytes) => void files.set(file.id, bytes),
  }
}
