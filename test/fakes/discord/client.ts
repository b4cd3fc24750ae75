import { Client, Events, GatewayIntentBits, Partials } from 'discord.js'
import type { DiscordFake } from './discord-fake.ts'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown> & { readonly id: string }
}

/** Bare requests with the right token: `call('POST', '/channels/1/messages', {content: 'x'})`. */
export function caller(discord: DiscordFake, token: string | null = discord.token) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    files: readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[] = [],
  ): Promise<Answered> => {
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bot ${token}` }
    let sent: string | FormData | undefined
    if (files.length > 0) {
      sent = new FormData()
      sent.set('payload_json', JSON.stringify(body))
      for (const [index, { name, bytes }] of files.entries())
        sent.set(`files[${index}]`, new Blob([bytes]), name)
    } else if (body !== undefined) {
      sent = JSON.stringify(body)
      headers['content-type'] = 'application/json'
    }
    const response = await fetch(`${discord.apiUrl}/v10${path}`, {
      method,
      headers,
      ...(sent === undefined ? {} : { body: sent }),
    })
    const text = await response.text()
    const json = response.headers.get('content-type') === 'application/json'
    return {
      status: response.status,
      headers: response.headers,
      body: (json ? JSON.parse(text) : { text }) as Answered['body'],
    }
  }
}

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
]

/** A bot of the real discord.js, not yet logged in. */
export const clientOf = (discord: DiscordFake, intents: readonly GatewayIntentBits[] = INTENTS): Client =>
  new Client({ intents: [...intents], partials: [Partials.Channel], rest: { api: discord.apiUrl } })

/** Resolves when the client is ready. */
export async function loggedIn(discord: DiscordFake, client = clientOf(discord)): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve))
  await client.login(discord.token)
  return ready
}
