import type { Message } from '../../adapters/web/playground/message.ts'
import type { Part } from '../../src/ports/platform.ts'
import { type Answer, call, events, post } from './web-http.ts'
import type { WebWorld } from './web-world.ts'

export const ada = { id: 'ada-0000001', name: 'Ada' }
export const grace = { id: 'grace-00001', name: 'Grace' }

/** What the playground's page does, as one of its people. */
export function page(world: WebWorld, author = ada) {
  const url = (path: string) => `${world.url}/playground/${path}`
  return {
    say: (id: string, text: string, over: Record<string, unknown> = {}): Promise<Answer> =>
      post(url('messages'), {
        id: uuid(id),
        channel: 'general',
        thread: null,
        text,
        author,
        files: [],
        ...over,
      }),
    edit: (id: string, text: string, channel = 'general') =>
      post(url(`messages/${channel}/${uuid(id)}`), { text, author }, { method: 'PATCH' }),
    remove: (id: string, channel = 'general') =>
      call(url(`messages/${channel}/${uuid(id)}?author=${author.id}`), { method: 'DELETE' }),
    act: (over: Record<string, unknown>) =>
      post(url('actions'), {
        id: uuid('act'),
        channel: 'general',
        thread: null,
        message: null,
        author,
        ...over,
      }),
    command: (over: Record<string, unknown>) =>
      post(url('commands'), {
        id: uuid('cmd'),
        channel: 'general',
        thread: null,
        options: {},
        author,
        ...over,
      }),
    upload: async (name: string, type: string, bytes: Uint8Array<ArrayBuffer>): Promise<Answer> =>
      call(url(`files?name=${encodeURIComponent(name)}`), {
        method: 'POST',
        body: bytes,
        headers: { 'content-type': type },
      }),
    read: async (query: Record<string, string> = {}): Promise<{ messages: Message[]; more: boolean }> => {
      const search = new URLSearchParams({ channel: 'general', author: author.id, ...query })
      return (await call(url(`messages?${search}`))).body as never
    },
    texts: async (query: Record<string, string> = {}): Promise<string[]> => {
      const search = new URLSearchParams({ channel: 'general', author: author.id, ...query })
      const { messages } = (await call(url(`messages?${search}`))).body as { messages: Message[] }
      return messages.map((message) => message.text)
    },
    /** Listens until the test aborts; the first event is `hello`. */
    listen: async (signal: AbortSignal, lastId?: string) => {
      const headers: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId }
      const stream = events(await fetch(url(`events?author=${author.id}`), { signal, headers }))
      const next = async () => {
        const { value } = await stream.next()
        if (!value) throw new Error('the stream ended')
        return value as { event: string; id: string | null; data: Record<string, unknown> }
      }
      return { next }
    },
  }
}

/** A UUID that can be read: the name in hexadecimal, padded. */
export const uuid = (name: string): string =>
  `${Buffer.from(name).toString('hex').padStart(32, '0').slice(0, 32)}`.replace(
    /(.{8})(.{4})(.{4})(.{4})(.{12})/,
    '$1-$2-$3-$4-$5',
  )

/** The conversation key of a thread of the playground; '' = the channel itself. */
export const conversation = (thread: string, channel = 'general') => ({
  platform: 'web',
  workspace: 'local',
  channel,
  thread,
})

/** Where a question at the channel's top level is answered: the thread still to be opened on it. */
export const threadOn = (id: string) => ({
  conversation: conversation(uuid(id)),
  root: { channel: 'general', id: uuid(id) },
  direct: false,
})

export const part = (markdown: string, state: Part['state'] = 'done'): Part => ({
  markdown,
  state,
  controls: [],
})
