import { type Acting, createActing } from './acting.ts'
import { changed, deleted, reacted, said, tellTeam } from './events.ts'
import { type FakeFile, newFile } from './fake-files.ts'
import { channelAt, type FakeMessage, handleOf, rootOf, stateOf, threadOf, type Where } from './handles.ts'
import type { OpenLedger } from './ledger.ts'
import { channelHandle, type FakeChannel, type FakeTeam } from './places.ts'
import { renderMessage, repliesTo } from './rendering.ts'
import { richText } from './rich-text.ts'
import { createStarting } from './starting.ts'
import type { Json } from './states.ts'
import { createViewActing, type ViewActing } from './view-acting.ts'
import { channelOf, directChannel, newMessage, type World } from './world.ts'

export interface PersonOptions {
  readonly name: string
  readonly team: string
  /** Another app's bot. */
  readonly bot?: boolean
  /** Belongs to another workspace, and is here by Slack Connect. */
  readonly foreign?: FakeTeam
  readonly guest?: boolean
  readonly admin?: boolean
  readonly id?: string
}

export interface SayOptions {
  readonly thread?: string | FakeMessage
  /** "Also send to #channel". */
  readonly broadcast?: boolean
  readonly files?: readonly FakeFile[]
  /** Absent: rich text as Slack makes it of what is typed. [] for none. */
  readonly blocks?: readonly Json[]
  readonly attachments?: readonly Json[]
  readonly subtype?: string
  /** It is said, but the app never hears of it. */
  readonly unheard?: boolean
}

export interface FakePerson extends Acting, ViewActing {
  readonly id: string
  readonly name: string
  /** Where they meet the app. */
  readonly team: string
  readonly dm: FakeChannel
  /** `text` as Slack sends it: `<@U1>`, `&amp;`. */
  says(where: Where, text: string, options?: SayOptions): FakeMessage
  edits(message: FakeMessage, text: string): void
  deletes(message: FakeMessage): void
  /** Puts an emoji on a message: `loud_sound`. */
  reacts(message: Pick<FakeMessage, 'channel' | 'ts'>, emoji: string): void
  opensHome(): void
  opensMessages(): void
  /** The old assistant view: a new thread is begun by Slack itself. */
  startsThread(): FakeMessage
  /** Slack's own Stop button: living streams there end, and the app is told. */
  stopsSession(where: Where, thread?: string | FakeMessage): void
}

export function newPerson(world: World, ledger: OpenLedger, options: PersonOptions): FakePerson {
  const { name, team, foreign, bot = false, guest = false, admin = false } = options
  const id = options.id ?? world.id('U')
  world.users.set(id, {
    id,
    name,
    team: foreign?.id ?? team,
    botId: bot ? world.id('B') : null,
    guest,
    admin,
  })
  const direct = () => directChannel(world, team, id)

  const who = { id, name, team }
  const starting = createStarting(world, ledger, who)
  const person: FakePerson = {
    ...createActing(world, starting, who),
    ...createViewActing(world, starting, who),
    id,
    name,
    team,
    get dm() {
      return channelHandle(world, direct())
    },
    says(where, text, options = {}) {
      const channel = channelAt(world, where, team, id)
      const thread = options.thread === undefined ? threadOf(where) : rootOf(options.thread)
      const files = (options.files ?? []).map((file) => newFile(world, file, team, id, channel.id))
      const broadcast = options.broadcast ?? false
      const subtype =
        options.subtype ?? (broadcast ? 'thread_broadcast' : files.length > 0 ? 'file_share' : null)
      const blocks = options.blocks ?? (text === '' || bot ? [] : [richText(text)])
      const attachments = options.attachments ?? []
      const message = newMessage(world, channel, {
        user: id,
        thread,
        text,
        files,
        broadcast,
        subtype,
        blocks,
        attachments,
      })
      message.history.push({ at: message.at, text })
      if (!options.unheard) said(world, message)
      return handleOf(message, channel)
    },
    edits(handle, text) {
      const message = stateOf(world, handle)
      const before = renderMessage(world, message)
      message.text = text
      message.blocks = [richText(text)]
      message.edited = { user: id, ts: world.ts({ lastTs: 0 }) }
      message.edits++
      message.history.push({ at: world.now(), text })
      changed(world, message, before)
    },
    deletes(handle) {
      const message = stateOf(world, handle)
      const channel = channelOf(world, handle.channel)
      const before = renderMessage(world, message)
      deleted(world, message, before)
      if (repliesTo(channel, message.ts).length === 0) channel.messages.delete(message.ts)
      else
        Object.assign(message, {
          text: 'This message was deleted.',
          blocks: [],
          files: [],
          subtype: 'tombstone',
        })
    },
    reacts(handle, emoji) {
      reacted(world, stateOf(world, handle), id, emoji)
    },
    opensHome() {
      const { id: channel } = direct()
      const view = [...world.views.values()].find(
        (one) => one.kind === 'home' && one.user === id && one.team === team,
      )
      tellTeam(world, team, {
        type: 'app_home_opened',
        user: id,
        channel,
        tab: 'home',
        ...(view === undefined ? {} : { view: view.view }),
      })
    },
    opensMessages() {
      tellTeam(world, team, { type: 'app_home_opened', user: id, channel: direct().id, tab: 'messages' })
    },
    startsThread() {
      const channel = direct()
      const user = world.teams.get(team)!.bot.user
      const message = newMessage(world, channel, {
        user,
        subtype: 'assistant_app_thread',
        text: 'New Assistant Thread',
      })
      const thread = {
        user_id: id,
        context: { team_id: team, enterprise_id: null },
        channel_id: channel.id,
        thread_ts: message.ts,
      }
      tellTeam(world, team, { type: 'assistant_thread_started', assistant_thread: thread })
      return handleOf(message, channel)
    },
    stopsSession(where, thread) {
      const channel = channelAt(world, where, team, id)
      const root = thread === undefined ? threadOf(where) : rootOf(thread)
      const living = [...channel.messages.values()].filter(
        (one) => one.thread === root && one.stream !== null && !one.stream.done,
      )
      for (const message of living) message.stream!.done = true
      const streaming = living.map((one) => one.ts)
      tellTeam(world, team, {
        type: 'agent_session_stopped',
        user: id,
        channel: channel.id,
        thread_ts: root,
        streaming_message_ts: streaming,
      })
    },
  }
  return person
}
