import type { APIInteraction, APIMessage } from 'discord-api-types/v10'
import pino from 'pino'
import type { ChannelFacts } from '../../adapters/discord/channel-facts.ts'
import { createDeferrals, type Deferrals } from '../../adapters/discord/deferrals.ts'
import { createInteractions } from '../../adapters/discord/interactions/interactions.ts'
import type { Got } from '../../adapters/discord/paced-get.ts'
import type { Reply, WireRequest } from '../../adapters/discord/request.ts'
import type { Wire } from '../../adapters/discord/wire.ts'
import type { CommandSpec, Form } from '../../src/ports/command.ts'
import type { ConversationKey, InboundEvent, MessageRef, Place } from '../../src/ports/event.ts'
import type { Admission, Intake, Spot } from '../../src/ports/intake.ts'
import { type SimulatedClock, simulatedClock } from '../fakes/clock.ts'

export const ids = {
  application: '900000000000000001',
  guild: '100000000000000001',
  channel: '200000000000000001',
  thread: '300000000000000001',
  ann: '400000000000000001',
  answer: '500000000000000001',
  target: '500000000000000002',
}

export const token = 'secret-interaction-token'

export const commands: readonly CommandSpec[] = [
  {
    name: 'ask',
    description: 'Ask something and get the answer here',
    options: [
      { name: 'private', description: 'Only you see the answer', type: 'flag', required: false },
      { name: 'prompt', description: 'What you want to know', type: 'text', required: true },
      {
        name: 'file',
        description: 'A picture, document or recording that belongs to it',
        type: 'file',
        required: false,
      },
    ],
    audience: 'asked',
    form: true,
    menu: 'Ask about this',
  },
  {
    name: 'persona',
    description: 'Show or set the instructions',
    options: [{ name: 'text', description: 'The instructions', type: 'text', required: false }],
    audience: 'bare',
    form: true,
  },
  {
    name: 'model',
    description: 'Show or set the model',
    options: [
      { name: 'name', description: 'A model', type: 'text', required: false, suggest: 'models' },
      { name: 'note', description: 'A note', type: 'text', required: false },
    ],
    audience: 'bare',
  },
  { name: 'new', description: 'Starts afresh', options: [], audience: 'all' },
  {
    name: 'summarise',
    description: 'Sums up',
    options: [],
    audience: 'caller',
    menu: 'Summarise',
    menuOnly: true,
  },
  {
    name: 'correct',
    description: 'Corrects a transcript',
    options: [{ name: 'text', description: 'What was said', type: 'text', required: true }],
    audience: 'all',
    form: true,
    buttonOnly: true,
  },
]

export interface World {
  readonly clock: SimulatedClock
  readonly deferrals: Deferrals
  /** What the gateway's caches know, and whether the bot is in the guild. */
  readonly known: Map<string, ChannelFacts>
  member: boolean
  /** What reached the engine. */
  readonly heard: InboundEvent[]
  readonly spots: Spot[]
  /** Every request, with the moment (`Clock.elapsed`) when it left. */
  readonly calls: { readonly at: number; readonly request: WireRequest }[]
  readonly fetched: string[]
  readonly logged: string[]
  /** What the engine and Discord do; tests replace them. */
  admits(event: InboundEvent): Promise<Admission>
  replies(request: WireRequest): Promise<Reply<unknown>>
  suggests(typed: string): Promise<readonly string[]>
  forms(command: string, place: Place, about: MessageRef | undefined): Promise<Form | null>
  fetches(route: string): Promise<Got<unknown>>
  /** Sends it through, moving the clock as far as is waited for. */
  hear(interaction: APIInteraction): Promise<void>
  /** The same, while a test moves the clock itself. */
  begin(interaction: APIInteraction): Promise<void>
  /** The bodies of the answers to interactions, in order. */
  answers(): unknown[]
  /** Forgets what a restart would forget. */
  restart(): void
  end(): void
}

export const done: Reply<unknown> = { kind: 'done', body: {} }

export function interactionsWorld(): World {
  const clock = simulatedClock()
  const deferrals = createDeferrals()
  const over = new AbortController()
  const wire: Wire = {
    call: async <T>(request: WireRequest) => {
      world.calls.push({ at: clock.elapsed(), request })
      return (await world.replies(request)) as Reply<T>
    },
  }
  const intake: Intake = {
    commands,
    admit: async (event) => {
      const admission = await world.admits(event)
      if (admission === 'new') world.heard.push(event)
      return admission
    },
    place: async (spot) => {
      world.spots.push(spot)
      const alone = spot.thread === null && !spot.direct
      const conversation: ConversationKey = {
        platform: spot.platform,
        workspace: spot.workspace,
        channel: spot.channel,
        thread: spot.thread ?? (alone ? `reply:${spot.message.id}` : ''),
      }
      return {
        conversation,
        root: null,
        direct: spot.direct,
        ...(alone && { replyTo: spot.message }),
      }
    },
    follows: async () => false,
    suggest: (_, typed) => world.suggests(typed),
    form: (command, place, _, about) => world.forms(command, place, about),
    overview: async () => null,
    paced: (_, call) => call(),
  }
  const parts = {
    intake,
    wire,
    get: async <T>({ route }: { route: string }) => {
      world.fetched.push(route)
      return (await world.fetches(route)) as Got<T>
    },
    deferrals,
    directory: {
      known: (id: string) => world.known.get(id) ?? null,
      isMember: (guild: string) => world.member && guild === ids.guild,
      ownRole: () => null,
      nameOf: {
        user: (id: string) => (id === ids.ann ? 'Ann' : null),
        role: () => null,
        channel: (id: string) => (id === ids.channel ? 'general' : null),
      },
    },
    self: () => ids.application,
    clock,
    log: pino({ level: 'debug' }, { write: (line: string) => world.logged.push(line) }),
    signal: over.signal,
  }
  let interactions = createInteractions(parts)
  const world: World = {
    clock,
    deferrals,
    known: new Map(),
    member: true,
    heard: [],
    spots: [],
    calls: [],
    fetched: [],
    logged: [],
    admits: async () => 'new',
    replies: async () => done,
    suggests: async () => [],
    forms: async () => null,
    fetches: async () => ({ kind: 'failed', passing: false, cause: new Error('no such message') }),
    hear: (interaction) => clock.run(interactions.hear(interaction)),
    begin: (interaction) => interactions.hear(interaction),
    answers: () =>
      world.calls
        .filter(({ request }) => request.route.endsWith('/callback'))
        .map(({ request }) => request.body),
    restart: () => {
      interactions = createInteractions(parts)
    },
    end: () => over.abort(new Error('the program ends')),
  }
  return world
}

const where = {
  text: { id: ids.channel, type: 0, name: 'general' },
  thread: { id: ids.thread, type: 11, name: 'a thread', parent_id: ids.channel },
  dm: { id: ids.channel, type: 1 },
}

export interface Told {
  readonly id?: string
  readonly in?: keyof typeof where
  readonly moderator?: boolean
  /** How the bot came to be here. */
  readonly installed?: 'guild' | 'user'
  readonly context?: 0 | 1 | 2
}

const viewAndSend = String((1n << 10n) | (1n << 11n) | (1n << 38n))

/** A payload as the gateway brings it. */
export function payload(type: number, data: unknown, told: Told = {}, more: object = {}): APIInteraction {
  const channel = where[told.in ?? 'text']
  const user = { id: ids.ann, username: 'ann', global_name: 'Ann A.', discriminator: '0', avatar: null }
  const permissions = told.moderator ? String(1n << 13n) : '0'
  const guild = told.in === 'dm' ? {} : { guild_id: ids.guild }
  const owners = told.installed === 'user' ? { 1: ids.ann } : { 0: told.in === 'dm' ? '0' : ids.guild }
  const interaction: unknown = {
    id: told.id ?? '600000000000000001',
    application_id: ids.application,
    type,
    token,
    version: 1,
    channel,
    channel_id: channel.id,
    app_permissions: viewAndSend,
    authorizing_integration_owners: owners,
    context: told.context ?? (told.in === 'dm' ? 1 : 0),
    ...guild,
    ...(told.in === 'dm' ? { user } : { member: { user, nick: 'Annie', roles: ['7'], permissions } }),
    data,
    ...more,
  }
  return interaction as APIInteraction
}

export const slash = (name: string, options: readonly object[] = [], told: Told = {}, resolved?: object) =>
  payload(2, { id: '1', type: 1, name, options, ...(resolved && { resolved }) }, told)

export const text = (name: string, value: string) => ({ type: 3, name, value })

export const targetMessage = (over: object = {}): APIMessage => {
  const message: unknown = {
    id: ids.target,
    channel_id: ids.channel,
    author: { id: '400000000000000002', username: 'bob', global_name: 'Bob', discriminator: '0' },
    content: `Look at this, <@${ids.ann}>`,
    timestamp: '2026-11-20T10:00:00Z',
    edited_timestamp: null,
    attachments: [
      {
        id: '70',
        filename: 'plan.png',
        size: 12,
        url: 'https://cdn.discordapp.com/x',
        content_type: 'image/png',
      },
    ],
    embeds: [],
    mentions: [],
    mention_roles: [],
    type: 0,
    ...over,
  }
  return message as APIMessage
}

export const menu = (title: string, told: Told = {}) =>
  payload(
    2,
    {
      id: '1',
      type: 3,
      name: title,
      target_id: ids.target,
      resolved: { messages: { [ids.target]: targetMessage() } },
    },
    told,
  )

export const press = (customId: string, told: Told = {}, message: object = {}) =>
  payload(3, { custom_id: customId, component_type: 2 }, told, {
    message: targetMessage({ id: ids.answer, attachments: [], ...message }),
  })

/** `above`: the message whose button opened the form. */
export const submit = (
  customId: string,
  fields: Record<string, string>,
  told: Told = {},
  above: APIMessage | null = null,
) =>
  payload(
    5,
    {
      custom_id: customId,
      components: Object.entries(fields).map(([name, value]) => ({
        type: 18,
        component: { type: 4, custom_id: name, value },
      })),
    },
    told,
    above ? { message: above } : {},
  )
