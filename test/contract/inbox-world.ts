import type { ConversationKey, InboundEvent, MessageHeard, Person } from '../../src/ports/event.ts'
import type { Claim, Inbox, WorkOptions } from '../../src/ports/inbox.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import type { Store } from '../../src/ports/store.ts'
import type { SimulatedClock } from '../fakes/clock.ts'

/** One process on the data. */
export interface InboxProcess {
  readonly inbox: Inbox
  readonly clock: SimulatedClock
}

export interface InboxWorld extends InboxProcess {
  readonly store: Store
  readonly ledger: Ledger
  /** Another process on the same data, with a clock of its own. */
  rival(): Promise<InboxProcess>
  /** Called after every test. */
  close(): Promise<void>
}

export interface InboxSetup {
  readonly attempts?: number
  readonly bounds?: { readonly conversation?: number; readonly total?: number }
  readonly leaseMs?: number
}

export type MakeInbox = (setup?: InboxSetup) => Promise<InboxWorld>

export const here = conversation('here')

export function conversation(thread: string, platform = 'web'): ConversationKey {
  return { platform, workspace: 'local', channel: 'general', thread }
}

const person: Person = { id: 'u1', name: 'Ada', bot: false, foreign: false, moderator: false, roles: [] }

export function message(id: string, where: ConversationKey = here, text = `text of ${id}`): MessageHeard {
  return {
    ...heard(`message:${id}`, where),
    kind: 'message',
    message: ref(id),
    text,
    files: [],
    quotes: [],
  }
}

export function command(id: string, where: ConversationKey = here): InboundEvent {
  return { ...heard(`command:${id}`, where), kind: 'command', name: 'new', options: {}, message: ref(id) }
}

export function stop(id: string, where: ConversationKey = here): InboundEvent {
  return { ...heard(`stop:${id}`, where), kind: 'stop', answer: null }
}

export function edit(id: string, of: string, where: ConversationKey = here): InboundEvent {
  return { ...heard(`edit:${id}`, where), kind: 'edit', message: ref(of), text: `edited by ${id}`, files: [] }
}

export function ref(id: string) {
  return { channel: 'general', id }
}

function heard(id: string, where: ConversationKey) {
  return { id, at: 1_790_000_000_000, place: { conversation: where, root: null, direct: false }, by: person }
}

/** The ids of a claim's events without the word before the colon. */
export function ids(claim: Claim): string[] {
  return claim.events.map((event) => event.id.replace(/^\w+:/, ''))
}

export const done = { entries: [], charge: null }

/** Works until `stop`; keeps what was handed over. */
export interface Worker {
  readonly claims: Claim[]
  /** Settles when the work is over. */
  readonly worked: Promise<void>
  stop(): Promise<void>
}

export function startWorker(
  { inbox }: InboxProcess,
  handle: (claim: Claim) => Promise<void> = (claim) => claim.settle(done),
  options: Partial<WorkOptions> = {},
): Worker {
  const control = new AbortController()
  const claims: Claim[] = []
  const worked = inbox.work(
    async (claim) => {
      claims.push(claim)
      await handle(claim)
    },
    { concurrency: 8, signal: control.signal, ...options },
  )
  return {
    claims,
    worked,
    stop: () => {
      control.abort()
      return worked
    },
  }
}

/** Waits until `check` holds, moving these processes' clocks on by `step` milliseconds at a time; throws after 8 s. */
export async function eventually(
  check: () => boolean | Promise<boolean>,
  processes: readonly InboxProcess[] = [],
  step = 250,
): Promise<void> {
  const limit = performance.now() + 8000
  while (!(await check())) {
    if (performance.now() > limit) throw new Error(`It never came to pass: ${check}`)
    for (const each of processes) await advance(each, step)
    await breathe(2)
  }
}

/** Moves a process's clock, then waits for what it thereupon asked of its database, and what it asked on the answer. */
async function advance({ clock, inbox }: InboxProcess, ms: number): Promise<void> {
  await clock.advance(ms)
  await inbox.depth()
  await inbox.depth()
}

/** Gives the database time to answer; for showing that something does not happen. */
export function breathe(ms = 30): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Lets `ms` of simulated time go by in small steps, with time for the database in each. */
export async function pass(ms: number, ...processes: InboxProcess[]): Promise<void> {
  for (let gone = 0; gone < ms; gone += 500) for (const each of processes) await advance(each, 500)
  await breathe()
}

/** A promise and the means to resolve it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}
