import { authorId } from '../../adapters/web/playground/authors.ts'
import type { Message } from '../../adapters/web/playground/message.ts'
import type { Part } from '../../src/ports/platform.ts'
import { type Answer, call, events, post } from './web-http.ts'
import type { WebWorld } from './web-world.ts'

/** Someone at a browser of their own; signed in with no key, so `local` as callers go. */
export function someone(name: string, caller = 'local') {
  const token = Buffer.from(name.padEnd(32, '.')).toString('base64url')
  return { name, id: authorId(caller, token), cookie: `parley_author=${token}` }
}

export const ada = someone('Ada')
export const grace = someone('Grace')

/** What the playground's page does, as one of its people. */
export function page(world: Pick<WebWorld, 'url'>, { name, cookie } = ada) {
  const url = (path: string) => `${world.url}/playground/${path}`
  const author = { name }
  const headers = { cookie }
  return {
    say: (id: string, text: string, over: Record<string, unknown> = {}): Promise<Answer> =>
      post(
        url('messages'),
        { id: uuid(id), channel: 'general', thread: null, text, author, files: [], ...over },
        { headers },
      ),
    edit: (id: string, text: string, channel = 'general') =>
      post(url(`messages/${channel}/${uuid(id)}`), { text }, { method: 'PATCH', headers }),
    remove: (id: string, channel = 'general') =>
      call(url(`messages/${channel}/${uuid(id)}`), { method: 'DELETE', headers }),
    act: (over: Record<string, unknown>) =>
      post(
        url('actions'),
        { id: uuid('act'), channel: 'general', thread: null, message: null, author, ...over },
        { headers },
      ),
    command: (over: Record<string, unknown>) =>
      post(
        url('commands'),
        { id: uuid('cmd'), channel: 'general', thread: null, options: {}, author, ...over },
        { headers },
      ),
    upload: async (
      name: string,
      type: string,
      bytes: Uint8Array<ArrayBuffer>,
      more: Record<string, string> = {},
    ): Promise<Answer> =>
      call(url(`files?${new URLSearchParams({ name, ...more })}`), {
        method: 'POST',
        body: bytes,
        headers: { ...headers, 'content-type': type },
      }),
    read: async (query: Record<string, string> = {}): Promise<{ messages: Message[]; more: boolean }> => {
      const search = new URLSearchParams({ channel: 'general', ...query })
      return (await call(url(`messages?${search}`), { headers })).body as never
    },
    texts: async (query: Record<string, string> = {}): Promise<string[]> => {
      const search = new URLSearchParams({ channel: 'general', ...query })
      const { messages } = (await call(url(`messages?${search}`), { headers })).body as {
        messages: Message[]
      }
      return messages.map((message) => message.text)
    },
    get: (path: string) => call(url(path), { headers }),
    /** Listens until the test aborts; the first event is `hello`. */
    listen: async (signal: AbortSignal, after?: { lastId: string } | { after: string }) => {
      const last: Record<string, string> = after && 'lastId' in after ? { 'last-event-id': after.lastId } : {}
      const path = after && 'after' in after ? `events?after=${after.after}` : 'events'
      const stream = events(await fetch(url(path), { signal, headers: { ...headers, ...last } }))
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
