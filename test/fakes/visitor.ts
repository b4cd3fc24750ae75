import { randomUUID } from 'node:crypto'

/** A message as the playground's wire shows it; the fields the tests look at. */
export interface Shown {
  readonly id: string
  readonly channel: string
  readonly thread: string | null
  readonly author: { readonly id: string; readonly name: string; readonly bot: boolean }
  readonly text: string
  readonly state: 'writing' | 'done' | 'stopped' | 'failed' | null
}

/** A person at the playground, by its HTTP wire; a browser of their own keeps its cookie whatever happens. */
export function visit(url: () => string, name = 'Pia') {
  const author = { name }
  const cookie = `parley_author=${Buffer.from(name.padEnd(32, '.')).toString('base64url')}`
  const call = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { ...init.headers, cookie }
    const response = await fetch(`${url()}/playground${path}`, { ...init, headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    const text = await response.text()
    return text === '' ? null : JSON.parse(text)
  }
  const post = (path: string, body: unknown) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  return {
    async say(
      text: string,
      where: { channel: string; thread?: string | null; id?: string; files?: readonly string[] },
    ) {
      const { channel, thread = null, id = randomUUID(), files = [] } = where
      return (await post('/messages', { id, channel, thread, text, author, files })) as Shown
    },
    /** The file's id, to be sent along with a message. */
    async upload(name: string, bytes: Uint8Array): Promise<string> {
      const body = new Uint8Array(bytes)
      const file = await call(`/files?name=${encodeURIComponent(name)}`, { method: 'POST', body })
      return (file as { id: string }).id
    },
    async messages(channel: string, thread?: string): Promise<readonly Shown[]> {
      const where = thread === undefined ? {} : { thread }
      const query = new URLSearchParams({ channel, limit: '100', ...where })
      return ((await call(`/messages?${query}`)) as { messages: Shown[] }).messages
    },
    /** Parley's messages in a thread. */
    async answers(channel: string, thread: string): Promise<readonly Shown[]> {
      return (await this.messages(channel, thread)).filter((message) => message.author.bot)
    },
    stop: (channel: string, thread: string, message: string) =>
      post('/actions', { id: randomUUID(), kind: 'stop', channel, thread, message, author }),
  }
}
