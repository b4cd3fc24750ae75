import type { Installation } from '../installations/installation.ts'
import { lookBack, microsOf } from './ts.ts'

/** A message as a history shows it; anything but `ts` may be missing. */
export interface Shown {
  readonly ts?: string
  readonly subtype?: string
  readonly text?: string
  readonly thread_ts?: string
  /** Of a root: its newest reply. */
  readonly latest_reply?: string
  readonly edited?: { readonly ts?: string }
}

/** Where messages were found. */
export interface Channel {
  readonly id: string
  readonly kind: 'channel' | 'group' | 'im' | 'mpim'
  /** Shared with another company (Slack Connect). */
  readonly shared: boolean
}

/** The body of an event, as Slack would have delivered it. */
export type EventBody = Readonly<Record<string, unknown>>

/** What of a history may not have been heard. Microseconds. */
export interface Window {
  /** Only what is newer counts. */
  readonly after: number
  /** Up to here all was probably heard: only what speaks to Parley counts, as others may have been heard as strangers. */
  readonly known: number
}

/** The events that a history tells of, the oldest first. */
export function happeningsIn(
  messages: readonly Shown[],
  where: { readonly installation: Installation; readonly channel: Channel; readonly window: Window },
): EventBody[] {
  const { installation, channel, window } = where
  const mention = `<@${installation.botUser}>`
  const found: { readonly at: number; readonly body: EventBody }[] = []
  for (const message of messages) {
    const at = microsOf(message.ts)
    if (at === null) continue
    const tell = (event: Record<string, unknown>, when: number): void => {
      found.push({ at: when, body: bodyOf(event, `${message.ts}`, installation, channel) })
    }
    // A deleted root under which others wrote; other deleted messages leave nothing behind.
    if (message.subtype === 'tombstone') {
      if (at <= window.after - lookBack) continue
      const previous_message = { type: 'message', ts: message.ts, thread_ts: message.thread_ts }
      tell({ subtype: 'message_deleted', deleted_ts: message.ts, ts: message.ts, previous_message }, at)
      continue
    }
    const isHeard = at > window.known || channel.kind === 'im' || message.text?.includes(mention)
    if (at > window.after && isHeard) tell({ ...message }, at)
    const edited = microsOf(message.edited?.ts)
    if (edited !== null && edited > window.after && at <= window.known)
      tell({ subtype: 'message_changed', hidden: true, ts: message.edited?.ts, message }, edited)
  }
  return found.toSorted((a, b) => a.at - b.at).map(({ body }) => body)
}

function bodyOf(
  event: Record<string, unknown>,
  ts: string,
  { team, enterprise, botUser, app }: Installation,
  channel: Channel,
): EventBody {
  const is_enterprise_install = team === enterprise
  return {
    type: 'event_callback',
    team_id: team,
    enterprise_id: enterprise,
    api_app_id: app,
    event_id: `missed:${channel.id}:${ts}`,
    event_time: Math.floor(Number(ts)),
    authorizations: [
      { enterprise_id: enterprise, team_id: team, user_id: botUser, is_bot: true, is_enterprise_install },
    ],
    is_ext_shared_channel: channel.shared,
    event: { ...event, type: 'message', channel: channel.id, channel_type: channel.kind, event_ts: event.ts },
  }
}
