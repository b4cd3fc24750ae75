import { createHash } from 'node:crypto'
import type { BlockActions, MessageShortcut, SlashCommand, ViewSubmission } from './payload.ts'
import type { Scene } from './scene.ts'

/** When it came. */
type Now = Pick<Scene, 'at' | 'heardAt'>

/** What each kind of payload says of its surroundings. A second delivery makes the same `id`. */
export const slashScene = (payload: SlashCommand, now: Now): Scene => ({
  ...now,
  id: `command:${digestOf(payload.trigger_id)}`,
  team: payload.team_id ?? null,
  enterprise: payload.enterprise_id ?? null,
  caller: { id: payload.user_id, name: payload.user_name, team: null },
  channel: payload.channel_id,
  thread: null,
  responseUrl: payload.response_url ?? null,
  trigger: payload.trigger_id,
})

export const shortcutScene = (payload: MessageShortcut, now: Now): Scene => ({
  ...now,
  ...peopleIn(payload),
  id: `shortcut:${digestOf(payload.trigger_id)}`,
  channel: payload.channel.id,
  thread: replyIn(payload.message),
  responseUrl: payload.response_url ?? null,
  trigger: payload.trigger_id,
})

export function actionScene(payload: BlockActions, now: Now): Scene {
  const people = peopleIn(payload)
  const { container, actions, message } = payload
  const channel = container.channel_id ?? payload.channel?.id ?? null
  const ts = container.message_ts ?? message?.ts ?? ''
  const where = [people.team ?? people.enterprise, channel, ts, people.caller.id, actions[0]?.action_ts]
  return {
    ...now,
    ...people,
    id: `action:${where.map((part) => part ?? '').join(':')}`,
    channel,
    thread: replyIn({ ts, thread_ts: container.thread_ts ?? message?.thread_ts }),
    responseUrl: payload.response_url ?? null,
    trigger: payload.trigger_id ?? null,
  }
}

/** One form is one command, however often it is sent. */
export function formScene(payload: ViewSubmission, now: Now): Scene {
  const from = peopleIn(payload)
  const people = { ...from, team: payload.view.app_installed_team_id ?? from.team }
  const id = `form:${people.team ?? people.enterprise ?? ''}:${payload.view.id}`
  return { ...now, ...people, id, channel: null, thread: null, responseUrl: null, trigger: null }
}

/** A trigger opens forms for its person: it belongs neither in the log nor in the store. 96 bits: no two are the same. */
const digestOf = (trigger: string): string =>
  createHash('sha256').update(trigger).digest('base64url').slice(0, 16)

/** A root stands in the channel itself. */
const replyIn = ({ ts, thread_ts }: { ts: string; thread_ts?: string | null | undefined }): string | null =>
  thread_ts == null || thread_ts === ts ? null : thread_ts

/** Who, and in which installation. */
function peopleIn({ user, team, enterprise }: Pick<BlockActions, 'user' | 'team' | 'enterprise'>) {
  return {
    team: team?.id ?? null,
    enterprise: enterprise?.id ?? null,
    caller: { id: user.id, name: user.name || (user.username ?? ''), team: user.team_id ?? null },
  }
}
