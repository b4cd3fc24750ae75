import type { SocketModeClient } from '@slack/socket-mode'

/** Slack's first words on a connection. */
export interface Hello {
  /** The app (`A…`) that the app's token belongs to, if told. */
  readonly app: string | null
}

type Read = (data: unknown, isBinary: boolean) => Promise<void>
type Json = Readonly<Record<string, unknown>>

/**
 * Stands before the SDK's own reading of messages. That fails, with nobody to catch it, over what is not as Slack
 * documents it; takes an event for one of its own by its type alone (`close`, say); and closes a connection as soon as
 * Slack announces its end, before there is another one.
 */
export function guardMessages(
  client: SocketModeClient,
  told: { hello(said: Hello): void; disconnect(reason: string): void },
): void {
  const listeners = client.listeners('ws_message') as Read[]
  client.removeAllListeners('ws_message')
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    const message = isBinary ? null : messageOf(data)
    if (message === null) return
    if (message.type === 'disconnect') {
      told.disconnect(typeof message.reason === 'string' ? message.reason : 'no reason')
      return
    }
    const safe = message.type === 'hello' ? data : envelopeIn(data, message, client)
    if (safe === null) return
    if (message.type === 'hello') told.hello({ app: appOf(message) })
    // Nothing is left in it that could fail but a listener of ours, and these do not.
    for (const read of listeners) read(safe, isBinary).catch(() => undefined)
  })
}

function messageOf(data: unknown): Json | null {
  if (typeof data !== 'string') return null
  try {
    return asJson(JSON.parse(data))
  } catch {
    // Not JSON: Slack sends none such, and there is nobody to tell.
    return null
  }
}

/**
 * What the SDK may read of it. null: there is nothing to acknowledge. Of what it would stumble over it
 * gets no more than there is to acknowledge, so that Slack does not deliver it again.
 */
function envelopeIn(data: unknown, message: Json, client: SocketModeClient): unknown {
  if (typeof message.envelope_id !== 'string') return null
  const payload = asJson(message.payload)
  const type = message.type === 'events_api' ? asJson(payload?.event)?.type : message.type
  if (payload !== null && typeof type === 'string' && client.listenerCount(type) === 0) return data
  return JSON.stringify({ envelope_id: message.envelope_id, type: 'odd', payload: {} })
}

function appOf(hello: Json): string | null {
  const app = asJson(hello.connection_info)?.app_id
  return typeof app === 'string' ? app : null
}

const asJson = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
