import pino from 'pino'
import { createDirectory } from '../../adapters/slack/directory.ts'
import type { Installation } from '../../adapters/slack/installations/installation.ts'
import type { Acknowledgement } from '../../adapters/slack/interactions/acknowledgement.ts'
import { createInteractions, type Interactions } from '../../adapters/slack/interactions/interactions.ts'
import { createPacedCall } from '../../adapters/slack/paced-call.ts'
import type { Reply, Wire, WireRequest } from '../../adapters/slack/wire.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import type { CommandSpec, Form } from '../../src/ports/command.ts'
import type { InboundEvent, MessageRef, Place } from '../../src/ports/event.ts'
import type { Admission, Intake, Overview, Spot } from '../../src/ports/intake.ts'
import { type SimulatedClock, simulatedClock } from '../fakes/clock.ts'

export const ids = {
  team: 'T0TEAM0001',
  channel: 'C0CHAN0001',
  dm: 'D0DM000001',
  /** Direct messages between two others. */
  others: 'D0OTHERS01',
  ann: 'U0ANN00001',
  bob: 'U0BOB00001',
  answer: '1795151317.000100',
  target: '1795151317.000200',
  trigger: '1795151317320.14.5324cc747074c5bb',
}

export const responseUrl = 'https://hooks.slack.com/commands/T0TEAM0001/1/secret-of-the-answer'

export const installation: Installation = {
  team: ids.team,
  enterprise: null,
  token: 'xoxb-secret',
  botUser: 'U0BOT00001',
  botId: 'B0BOT00001',
  app: 'A0APP00001',
  teamName: 'Acme',
  scopes: [],
}

type Hearable = 'command' | 'action' | 'shortcut' | 'view'

export interface World {
  readonly clock: SimulatedClock
  /** What reached the engine. */
  readonly heard: InboundEvent[]
  readonly spots: Spot[]
  /** Calls of Slack's Web API, with the moment (`Clock.elapsed`) when each left; who and where people are aside. */
  readonly calls: { readonly at: number; readonly request: WireRequest }[]
  /** What was said by response URL, to one person. */
  readonly whispers: { readonly url: string; readonly words: string; readonly private: boolean }[]
  /** What Slack was told, and when. `undefined`: nothing but that it arrived. */
  readonly acks: { readonly at: number; readonly ack: Acknowledgement | undefined }[]
  readonly logged: string[]
  /** What the engine and Slack do; tests replace them. */
  installed: boolean
  /** Where Parley is installed. */
  home: Pick<Installation, 'team' | 'enterprise'>
  admits(event: InboundEvent): Promise<Admission>
  replies(request: WireRequest): Promise<Reply<unknown>>
  forms(command: string, place: Place, about?: MessageRef): Promise<Form | null>
  overviews(): Promise<Overview | null>
  acknowledges(): Promise<void>
  /** Sends it through, moving the clock as far as is waited for. */
  hear(kind: Hearable, body: unknown): Promise<void>
  /** The same, while a test moves the clock itself. */
  begin(kind: Hearable, body: unknown): Promise<void>
  event(event: object, more?: object): Promise<void>
  /** Forgets what a restart would forget. */
  restart(): void
  end(): void
}

export const done = (body: unknown = {}): Reply<unknown> => ({ kind: 'done', body, scopes: [] })

/** `instead`: commands that stand for those of the same name, or are added. */
export function interactionsWorld(instead: readonly CommandSpec[] = []): World {
  const clock = simulatedClock()
  const over = new AbortController()
  const log = pino({ level: 'debug' }, { write: (line: string) => void world.logged.push(line) })
  const wire: Wire = {
    call: async <T>(request: WireRequest) => {
      if (request.method === 'users.info') return userOf(request) as Reply<T>
      if (request.method === 'conversations.info') return channelOf(request) as Reply<T>
      world.calls.push({ at: clock.elapsed(), request })
      return (await world.replies(request)) as Reply<T>
    },
  }
  const intake: Intake = {
    commands: [...commands.filter((one) => !instead.some(({ name }) => name === one.name)), ...instead],
    admit: async (event) => {
      const admission = await world.admits(event)
      if (admission === 'new') world.heard.push(event)
      return admission
    },
    place: async (spot) => {
      world.spots.push(spot)
      const { platform, workspace, channel, thread, threadIfOpened, message, direct } = spot
      const alone = thread === null && threadIfOpened === null
      return {
        conversation: {
          platform,
          workspace,
          channel,
          thread: thread ?? threadIfOpened ?? `reply:${message.id}`,
        },
        root: null,
        direct,
        ...(alone && { replyTo: message }),
      }
    },
    follows: async () => false,
    suggest: async () => [],
    form: (command, place, _, about) => world.forms(command, place, about),
    overview: () => world.overviews(),
    paced: (_, call) => call(),
  }
  const call = createPacedCall(wire, () => intake)
  const parts = {
    intake,
    installations: {
      of: async (team: string, enterprise: string | null) =>
        world.installed && [team, enterprise].includes(world.home.team)
          ? { ...installation, ...world.home }
          : null,
    },
    directory: createDirectory({ call, clock, log, signal: over.signal }),
    call,
    wire,
    responses: {
      post: async (
        _place: unknown,
        to: { readonly url: string; readonly private: boolean },
        part: { readonly markdown: string },
      ) => {
        world.whispers.push({ url: to.url, words: part.markdown, private: to.private })
        return { kind: 'sent' as const, ref: { channel: ids.channel, id: 'response:1' } }
      },
    },
    clock,
    log,
    signal: over.signal,
  }
  let interactions: Interactions = createInteractions(parts)
  const begin: World['begin'] = (kind, body) =>
    interactions[kind](body, async (ack) => {
      world.acks.push({ at: clock.elapsed(), ack })
      await world.acknowledges()
    })
  const world: World = {
    clock,
    heard: [],
    spots: [],
    calls: [],
    whispers: [],
    acks: [],
    logged: [],
    installed: true,
    home: installation,
    admits: async () => 'new',
    replies: async () => done(),
    // Who may ask here is given a form to do so.
    forms: async (command) => (command === 'ask' ? { title: 'Ask', fields: [] } : null),
    overviews: async () => null,
    acknowledges: async () => undefined,
    begin,
    hear: (kind, body) => clock.run(begin(kind, body)),
    event: async (event, more = {}) => {
      const envelope = { type: 'event_callback', team_id: ids.team, event_id: 'Ev0001', event, ...more }
      await clock.run(interactions.event(envelope))
      // What it leads to is done beside it.
      await clock.flush()
    },
    restart: () => {
      interactions = createInteractions(parts)
    },
    end: () => over.abort(new Error('the program ends')),
  }
  return world
}

/** Parley has no part in what others write to each other. */
function channelOf({ args: { channel } }: WireRequest): Reply<unknown> {
  return channel === ids.others
    ? { kind: 'refused', error: 'channel_not_found', messages: [] }
    : done({ channel: { id: channel } })
}

function userOf({ args }: WireRequest): Reply<unknown> {
  const name = args.user === ids.ann ? 'Ann' : args.user === ids.bob ? 'Bob' : 'Someone'
  return done({ user: { id: args.user, team_id: ids.team, profile: { display_name: name } } })
}

export const slash = (command: string, text: string, more: object = {}) => ({
  token: 'verification-token',
  command,
  text,
  response_url: responseUrl,
  trigger_id: ids.trigger,
  user_id: ids.ann,
  user_name: 'ann',
  team_id: ids.team,
  team_domain: 'acme',
  channel_id: ids.channel,
  channel_name: 'general',
  api_app_id: 'A0APP00001',
  is_enterprise_install: 'false',
  ...more,
})

const around = {
  trigger_id: ids.trigger,
  user: { id: ids.ann, username: 'ann', name: 'ann', team_id: ids.team },
  team: { id: ids.team, domain: 'acme' },
  enterprise: null,
  is_enterprise_install: false,
  api_app_id: 'A0APP00001',
  token: 'verification-token',
}

export const target = {
  type: 'message',
  user: ids.bob,
  ts: ids.target,
  text: `Look at this, <@${ids.ann}>: 1 &lt; 2`,
  files: [
    {
      id: 'F0FILE0001',
      name: 'plan.png',
      mimetype: 'image/png',
      size: 12,
      url_private_download: 'https://files.slack.com/files-pri/T0TEAM0001-F0FILE0001/download/plan.png',
    },
  ],
}

export const shortcut = (callbackId: string, message: object = target) => ({
  ...around,
  type: 'message_action',
  callback_id: callbackId,
  action_ts: '1795151318.000000',
  message_ts: ids.target,
  response_url: responseUrl,
  channel: { id: ids.channel, name: 'general' },
  message,
})

export const press = (value: string, container: object = {}, more: object = {}) => ({
  ...around,
  type: 'block_actions',
  channel: { id: ids.channel, name: 'general' },
  container: {
    type: 'message',
    message_ts: ids.answer,
    channel_id: ids.channel,
    is_ephemeral: false,
    ...container,
  },
  message: { type: 'message', ts: ids.answer },
  response_url: responseUrl,
  actions: [
    { type: 'button', action_id: 'parley.any', block_id: 'b', value, action_ts: '1795151319.000000' },
  ],
  ...more,
})

/** The view of a call of `views.open`, filled in and sent. */
export const submission = (request: WireRequest, values: Readonly<Record<string, string | null>>) => {
  const view = request.args.view as { callback_id: string; private_metadata: string }
  return {
    ...around,
    type: 'view_submission',
    view: {
      id: 'V0VIEW0001',
      callback_id: view.callback_id,
      private_metadata: view.private_metadata,
      state: {
        values: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [
            name,
            { [name]: { type: 'plain_text_input', value } },
          ]),
        ),
      },
    },
    response_urls: [],
  }
}
