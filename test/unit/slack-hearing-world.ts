import Keyv from 'keyv'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { createDirectory } from '../../adapters/slack/directory.ts'
import { createHearing } from '../../adapters/slack/hearing/hearing.ts'
import type { Installation } from '../../adapters/slack/installations/installation.ts'
import type { PacedCall } from '../../adapters/slack/paced-call.ts'
import { type ConversationMode, placeOf } from '../../src/conversation/place.ts'
import type { ConversationKey, InboundEvent } from '../../src/ports/event.ts'
import type { Admission, Intake, Spot } from '../../src/ports/intake.ts'
import { simulatedClock } from '../fakes/clock.ts'

export const now = Date.UTC(2026, 10, 20, 12)
/** The `ts` of a message that was written `seconds` ago. */
export const ago = (seconds: number): string => `${now / 1_000 - seconds}.000100`

type Json = Readonly<Record<string, unknown>>

const installation = (team: string, more: Partial<Installation> = {}): Installation => ({
  team,
  enterprise: null,
  token: 'xoxb-secret',
  botUser: 'UBOT',
  botId: 'BBOT',
  app: 'A1',
  teamName: team,
  scopes: [],
  ...more,
})

/** An inbox that drops what it knows. `followed`: conversations in which Parley takes part. */
export function earIntake(ear: {
  readonly heard: InboundEvent[]
  readonly offered: string[]
  readonly mode: ConversationMode
  /** All that were asked about. */
  readonly spots?: Spot[]
  admits(event: InboundEvent): Promise<Admission | null>
}): Intake {
  const known = new Set<string>()
  const followed = new Set<string>()
  const keyOf = ({ workspace, channel, thread }: ConversationKey) =>
    JSON.stringify([workspace, channel, thread])
  return {
    admit: async (event) => {
      ear.offered.push(event.id)
      const answer = await ear.admits(event)
      if (answer) return answer
      if (known.has(event.id)) return 'duplicate'
      known.add(event.id)
      ear.heard.push(event)
      followed.add(keyOf(event.place.conversation))
      return 'new'
    },
    async place(spot) {
      ear.spots?.push(spot)
      return placeOf(spot, ear.mode)
    },
    follows: async (conversation) => followed.has(keyOf(conversation)),
    commands: [],
    suggest: async () => [],
    form: async () => null,
    overview: async () => null,
    paced: (_, call) => call(),
  }
}

/** Hearing with an inbox that drops what it knows, and answers of Slack by method. */
export function slackHearingWorld(of: Partial<Installation> = {}) {
  const clock = simulatedClock({ now })
  const over = new AbortController()
  onTestFinished(() => over.abort(new Error('the test is over')))
  const heard: InboundEvent[] = []
  /** Every call of `admit`. */
  const offered: string[] = []
  const calls: { readonly method: string; readonly args: Json }[] = []
  const forgotten: string[] = []
  const told: unknown[][] = []
  const spots: Spot[] = []
  const installations = new Map<string, Installation>()
  const world = {
    ...{ clock, over, heard, offered, calls, forgotten, told, spots },
    mode: 'thread' as ConversationMode,
    logged: [] as string[],
    /** Instead of the usual answer. */
    admits: async (_: InboundEvent): Promise<Admission | null> => null,
    /** What Slack answers; absent: it knows of nothing. */
    answers: {} as Record<string, (args: Json) => Promise<Json>>,
    isInstalled: true,
    store: new Keyv(),
    /** In further workspaces; with none of these Parley is the same in every one. */
    installed: (team: string, more: Partial<Installation>) => {
      installations.set(team, installation(team, more))
    },
    /** As Slack delivers it. */
    hear: (event: Json, around: Json = {}) => hearing.hear({ ...envelope, event, ...around }),
    say: (text: string, more: Json = {}) => world.hear(message(text, more)),
    texts: () => heard.map((event) => ('text' in event ? event.text : event.kind)),
  }
  const intake = earIntake(world)
  const call: PacedCall = async <T>({ method, args }: { method: string; args: Json }) => {
    calls.push({ method, args })
    const answer = world.answers[method]
    if (!answer)
      return { kind: 'failed', passing: false, error: 'unknown', cause: new Error('unknown') } as const
    return { kind: 'done', body: (await answer(args)) as T } as const
  }
  const log = pino({ level: 'debug' }, { write: (line: string) => void world.logged.push(line) })
  const parts = { call, clock, log, historyMs: 86_400_000, signal: over.signal }
  const hearing = createHearing({
    ...parts,
    intake: () => intake,
    store: world.store,
    directory: createDirectory(parts),
    installations: {
      of: async (team) => {
        if (!world.isInstalled) return null
        return installations.size === 0 ? installation(team, of) : (installations.get(team) ?? null)
      },
      all: async () => [...installations.values()],
      forget: async (team, enterprise) => void forgotten.push(`${team}/${enterprise}`),
    },
    onAdmitted: (...what) => told.push(what),
  })
  return world
}

const envelope: Json = {
  type: 'event_callback',
  team_id: 'T1',
  event_id: 'Ev1',
  authorizations: [
    { enterprise_id: null, team_id: 'T1', user_id: 'UBOT', is_bot: true, is_enterprise_install: false },
  ],
  is_ext_shared_channel: false,
}

/** A message that somebody wrote; `U1` in `C1`, a minute ago. */
export const message = (text: string, more: Json = {}): Json => ({
  type: 'message',
  channel: 'C1',
  channel_type: 'channel',
  user: 'U1',
  team: 'T1',
  ts: ago(60),
  event_ts: ago(60),
  text,
  ...more,
})

export const changed = (now: Json, before: Json, more: Json = {}): Json => ({
  type: 'message',
  subtype: 'message_changed',
  hidden: true,
  channel: now.channel,
  ts: ago(1),
  event_ts: ago(1),
  message: now,
  previous_message: before,
  ...more,
})

/** Under the message of a minute ago. */
export const inThread = (ts: string, more: Json = {}): Json => ({
  ...{ ts, event_ts: ts, thread_ts: ago(60) },
  ...more,
})
