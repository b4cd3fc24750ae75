import type { APIEmbed, APIUser } from 'discord-api-types/v10'
import { type Acting, createActing } from './acting.ts'
import { newAttachment } from './attachments.ts'
import { directChannel, openThread } from './channel-routes.ts'
import { appeared, changed, reacted, typed, vanished } from './happenings.ts'
import { VOICE } from './message-body.ts'
import { knownMentions } from './message-routes.ts'
import { channelHandle, type FakeChannel } from './places.ts'
import { renderSnapshot } from './rendering.ts'
import { iso } from './rendering-places.ts'
import type { ChannelState, MessageState } from './states.ts'
import { newMessage, type World } from './world.ts'

/** A channel, a thread, or the direct messages with the bot. */
export type Where = { readonly id: string } | 'dm'

export interface FakeMessage {
  readonly id: string
  readonly channelId: string
}

export interface FakeFile {
  readonly name: string
  readonly bytes: Uint8Array
  /** MIME type; application/octet-stream when left out. */
  readonly type?: string
}

export interface FakeVoice {
  /** OGG/Opus. */
  readonly bytes: Uint8Array
  readonly seconds: number
  /** 0 to 255; silence when left out. */
  readonly waveform?: Uint8Array
}

export interface SayOptions {
  readonly replyTo?: FakeMessage
  readonly files?: readonly FakeFile[]
  /** Names. */
  readonly stickers?: readonly string[]
  readonly embeds?: readonly APIEmbed[]
  /** Forwards this message; the text must be empty. */
  readonly forward?: FakeMessage
  /** Comes through a webhook that bears the person's name. */
  readonly webhook?: boolean
  /** Rings for these too, as a reply does for its author. */
  readonly mentions?: readonly { readonly id: string }[]
}

export interface FakePerson extends Acting {
  readonly id: string
  readonly name: string
  /** `<@id>` */
  readonly mention: string
  /** The direct messages with the bot. */
  readonly dm: FakeChannel
  says(where: Where, text: string, options?: SayOptions): FakeMessage
  edits(message: FakeMessage, text: string): void
  deletes(message: FakeMessage): void
  /** Holds down the microphone: a message of one sound, without words. */
  sendsVoice(where: Where, sound: FakeVoice, options?: Pick<SayOptions, 'replyTo'>): FakeMessage
  reacts(message: FakeMessage, emoji: string): void
  /** Takes the reaction away again. */
  unreacts(message: FakeMessage, emoji: string): void
  startsTyping(where: Where): void
  /** Opens a thread on a message, or a post in a forum, whose first message is `text`. */
  opensThread(on: FakeMessage | { readonly id: string }, name: string, text?: string): FakeChannel
}

export interface PersonOptions {
  readonly name: string
  readonly nick?: string
  readonly roles?: readonly { readonly id: string }[]
  readonly moderator?: boolean
  readonly bot?: boolean
}

export function stateOf(world: World, message: FakeMessage): MessageState {
  const found = world.channels.get(message.channelId)?.messages.get(message.id)
  if (found === undefined) throw new Error(`the message ${message.id} is gone`)
  return found
}

export function channelAt(world: World, where: Where, personId: string): ChannelState {
  if (where === 'dm') return directChannel(world, personId)
  const channel = world.channels.get(where.id)
  if (channel === undefined) throw new Error(`the channel ${where.id} is gone`)
  return channel
}

/** Somebody who is a member of every guild, and what they do. */
export function newPerson(
  world: World,
  { name, nick, roles = [], moderator = false, bot = false }: PersonOptions,
  changedLedger: Parameters<typeof createActing>[2],
): FakePerson {
  const user: APIUser = {
    id: world.id(),
    username: name.toLowerCase().replaceAll(/[^\w.]/g, '_'),
    discriminator: '0',
    global_name: name,
    avatar: null,
    ...(bot ? { bot: true } : {}),
  }
  world.people.set(user.id, {
    user,
    nick: nick ?? null,
    roles: roles.map(({ id }) => id),
    moderator,
    joinedAt: iso(world.now()),
  })
  const handle = ({ id, channelId }: MessageState): FakeMessage => ({ id, channelId })

  function says(
    where: Where,
    text: string,
    options: SayOptions & { readonly flags?: number } = {},
  ): FakeMessage {
    const channel = channelAt(world, where, user.id)
    const replied = options.replyTo === undefined ? undefined : stateOf(world, options.replyTo)
    const forwarded = options.forward === undefined ? undefined : stateOf(world, options.forward)
    const named = knownMentions(world, text)
    const users = new Set([...named.users, ...(options.mentions ?? []).map(({ id }) => id)])
    if (replied !== undefined && replied.authorId !== user.id) users.add(replied.authorId)
    const pointed = replied ?? forwarded
    const message = newMessage(world, {
      channelId: channel.id,
      authorId: user.id,
      type: replied === undefined ? 0 : 19,
      content: text,
      flags: options.flags ?? 0,
      webhook: options.webhook ? { id: world.id(), name } : null,
      mentions: { ...named, users: [...users] },
      attachments: (options.files ?? []).map((file) => newAttachment(world, channel.id, file)),
      embeds: options.embeds ?? [],
      stickers: (options.stickers ?? []).map((sticker) => ({
        id: world.id(),
        name: sticker,
        format_type: 1,
      })),
      reference:
        pointed === undefined
          ? null
          : { type: replied === undefined ? 1 : 0, messageId: pointed.id, channelId: pointed.channelId },
      snapshots: forwarded === undefined ? undefined : [renderSnapshot(world, forwarded)],
    })
    appeared(world, message)
    return handle(message)
  }

  return {
    id: user.id,
    name,
    mention: `<@${user.id}>`,
    get dm() {
      return channelHandle(world, directChannel(world, user.id))
    },
    says,
    edits(message, text) {
      const state = stateOf(world, message)
      state.content = text
      state.editedAt = world.now()
      state.edits++
      state.history.push({ at: world.now(), content: text })
      const named = knownMentions(world, text)
      state.mentions = { ...named, users: [...named.users] }
      changed(world, state)
    },
    sendsVoice: (where, { bytes, seconds, waveform = new Uint8Array(1) }, options = {}) => {
      const voice = { seconds, waveform: Buffer.from(waveform).toString('base64') }
      const sound = { name: 'voice-message.ogg', type: 'audio/ogg', bytes, voice }
      return says(where, '', { ...options, files: [sound], flags: VOICE })
    },
    reacts(message, emoji) {
      const state = stateOf(world, message)
      const users = state.reactions.get(emoji) ?? new Set<string>()
      if (users.has(user.id)) return
      state.reactions.set(emoji, users.add(user.id))
      reacted(world, 'MESSAGE_REACTION_ADD', state, user.id, emoji)
    },
    unreacts(message, emoji) {
      const state = stateOf(world, message)
      if (state.reactions.get(emoji)?.delete(user.id))
        reacted(world, 'MESSAGE_REACTION_REMOVE', state, user.id, emoji)
    },
    deletes: (message) => vanished(world, stateOf(world, message)),
    startsTyping: (where) => typed(world, channelAt(world, where, user.id), user.id),
    opensThread(on, threadName, text) {
      const parent = world.channels.get('channelId' in on ? on.channelId : on.id)
      if (parent === undefined) throw new Error('no such channel')
      const root = 'channelId' in on ? on.id : parent.type === 15 ? world.id() : null
      const thread = openThread(world, parent, user.id, threadName, root)
      if (text !== undefined) {
        // A forum's post has the id of its first message.
        const id = parent.type === 15 ? thread.id : world.id()
        const message = newMessage(world, {
          id,
          channelId: thread.id,
          authorId: user.id,
          content: text,
          mentions: knownMentions(world, text),
        })
        appeared(world, message)
      }
      return channelHandle(world, thread)
    },
    ...createActing(world, user.id, changedLedger),
  }
}
