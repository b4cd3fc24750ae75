import { randomBytes } from 'node:crypto'
import { renderMessage, repliesTo } from './rendering.ts'
import type { ChannelState, Json, MessageState, TeamState } from './states.ts'
import { channelOf, teamOf, type World } from './world.ts'

const KINDS = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
  mpim: 'message.mpim',
} as const

/** Sends an event to the app, in the name of the workspace, if the app has subscribed to it. */
export function dispatch(
  world: World,
  team: TeamState,
  event: Json,
  subscription: string,
  shared = false,
): void {
  if (!world.subscribed.has(subscription)) return
  const payload = {
    token: 'verification-token-that-nobody-uses',
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: team.enterprise,
    ...(team.enterprise === null ? {} : { enterprise_id: team.enterprise }),
    api_app_id: world.app.id,
    event,
    type: 'event_callback',
    event_id: `Ev${randomBytes(6).toString('hex').toUpperCase()}`,
    event_time: Math.floor(world.now() / 1000),
    authorizations: [
      {
        enterprise_id: team.enterprise,
        team_id: team.id,
        user_id: team.bot.user,
        is_bot: true,
        is_enterprise_install: team.orgWide,
      },
    ],
    is_ext_shared_channel: shared,
    event_context: `4-${randomBytes(8).toString('base64url')}`,
  }
  world.deliver({ kind: 'events_api', payload })
}

/** The workspace in whose name the app hears of a channel; null where it is no member. */
function listener(world: World, channel: ChannelState): TeamState | null {
  if (!channel.member) return null
  for (const id of [channel.team, ...channel.shared]) {
    const team = world.teams.get(id)
    if (team?.installed) return team
  }
  return null
}

function tell(world: World, channel: ChannelState, event: Json): void {
  const team = listener(world, channel)
  if (team === null) return
  const foreign = channel.shared.length > 0
  dispatch(
    world,
    team,
    { ...event, channel: channel.id, channel_type: channel.kind },
    KINDS[channel.kind],
    foreign,
  )
}

/** Somebody said something: `message`, and `app_mention` too where the app is mentioned in a channel. */
export function said(world: World, message: MessageState): void {
  const channel = channelOf(world, message.channel)
  const rendered = { ...renderMessage(world, message), event_ts: message.ts }
  tell(world, channel, rendered)
  const team = listener(world, channel)
  if (team === null || channel.kind === 'im' || message.user === team.bot.user) return
  if (!message.text.includes(`<@${team.bot.user}>`)) return
  const {
    channel_type: _,
    subtype: __,
    ...mention
  } = { ...rendered, channel_type: null, subtype: null } as Record<string, unknown>
  dispatch(
    world,
    team,
    { ...mention, type: 'app_mention', channel: channel.id },
    'app_mention',
    channel.shared.length > 0,
  )
}

export function changed(world: World, message: MessageState, before: Json): void {
  tell(world, channelOf(world, message.channel), {
    type: 'message',
    subtype: 'message_changed',
    message: renderMessage(world, message),
    previous_message: before,
    hidden: true,
    ts: world.ts({ lastTs: 0 }),
    event_ts: message.edited?.ts ?? message.ts,
  })
}

/** `before`: as it was rendered. The root of a thread leaves a tombstone behind, which is a change. */
export function deleted(world: World, message: MessageState, before: Json): void {
  const channel = channelOf(world, message.channel)
  const ts = world.ts({ lastTs: 0 })
  if (message.thread === null && repliesTo(channel, message.ts).length > 0) {
    const tombstone = {
      type: 'message',
      subtype: 'tombstone',
      user: 'USLACKBOT',
      text: 'This message was deleted.',
      hidden: true,
      ts: message.ts,
      thread_ts: message.ts,
    }
    tell(world, channel, {
      type: 'message',
      subtype: 'message_changed',
      message: tombstone,
      previous_message: before,
      hidden: true,
      ts,
      event_ts: ts,
    })
    return
  }
  tell(world, channel, {
    type: 'message',
    subtype: 'message_deleted',
    deleted_ts: message.ts,
    previous_message: before,
    hidden: true,
    ts,
    event_ts: ts,
  })
}

/** Somebody put an emoji on a message; told of where the app is a member and may read reactions. */
export function reacted(world: World, message: MessageState, user: string, reaction: string): void {
  const channel = channelOf(world, message.channel)
  const team = listener(world, channel)
  if (team === null || !team.scopes.has('reactions:read')) return
  const item = { type: 'message', channel: channel.id, ts: message.ts }
  const event_ts = world.ts({ lastTs: 0 })
  const event = { type: 'reaction_added', user, reaction, item, item_user: message.user, event_ts }
  dispatch(world, team, event, 'reaction_added', channel.shared.length > 0)
}

/** An event of a person's own, such as `app_home_opened`. */
export function tellTeam(world: World, team: string, event: Json & { readonly type: string }): void {
  dispatch(world, teamOf(world, team), { ...event, event_ts: world.ts({ lastTs: 0 }) }, event.type)
}
