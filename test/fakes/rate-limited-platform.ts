import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome, RateBudget, Reported } from '../../src/ports/outcome.ts'
import type { CallKind, Part, Platform, Sent } from '../../src/ports/platform.ts'
import { type StreamCall, streamKeeper } from './native-streams.ts'
import { rateWindows } from './rate-windows.ts'
import { type Entry, resultOf, type Shown } from './rated-ledger.ts'
import type { RatedPlatformOptions } from './rated-options.ts'

/** A platform on a simulated clock that enforces its limits and keeps a ledger of what reached it. */
export interface RatedPlatform extends Platform {
  readonly ledger: readonly Entry[]
  /** The messages that can be seen, in the order they were sent. */
  visible(place?: Place): readonly Shown[]
  /** A person deletes a message. */
  deleteAsPerson(id: string): void
  /** Calls under way now, and the most there ever were at once for one message. */
  readonly most: { sideBySide: number }
  /** What was asked to be taken back from a stream. */
  readonly takenBack: readonly string[]
}

const DAY = 86_400_000
const WRITES: ReadonlySet<StreamCall> = new Set(['send', 'stream', 'edit', 'append', 'stop', 'remove'])

export function ratedPlatform(options: RatedPlatformOptions): RatedPlatform {
  const { clock } = options
  const ledger: Entry[] = []
  const messages = new Map<string, Shown>()
  const windows = rateWindows(clock, options.reported ?? false)
  const busy = new Map<string, number>()
  const most = { sideBySide: 0 }
  const limit = options.message ?? 2000
  const measure = options.measure ?? ((text: string) => text.length)
  const takes = options.takes ?? ((text: string) => measure(text) <= limit)
  let calls = 0
  let posted = 0

  const streams = streamKeeper(options.streams ?? { lifeMs: 0, ways: () => [] }, clock)
  const spends = options.spends ?? ((kind: StreamCall) => WRITES.has(kind))
  const named = (budgets: readonly RateBudget[], { conversation }: Place, kind: StreamCall): RateBudget[] =>
    budgets
      .filter((budget) => spends(kind === 'remove' ? 'edit' : kind, budget.bucket))
      .map((budget) => ({
        ...budget,
        bucket: budget.bucket
          .replace('{place}', conversation.thread)
          .replace('{channel}', conversation.channel),
      }))

  async function perform(
    kind: 'send' | 'edit' | 'remove' | 'open' | 'show',
    at: Place,
    target: string,
    part: Part | null,
    signal: AbortSignal,
    act: () => Outcome,
    as: StreamCall = kind,
  ): Promise<Outcome> {
    const call = calls++
    const place = at.conversation.thread
    const latency = options.latency?.() ?? 0
    const fault = options.fault?.(kind, call) ?? null
    const isLost = fault === 'lost_request' || fault === 'late_request' || fault === 'lost_reply'
    busy.set(target, (busy.get(target) ?? 0) + 1)
    most.sideBySide = Math.max(most.sideBySide, busy.get(target) ?? 0)
    try {
      if (fault === 'not_sent') return { kind: 'not_sent', cause: new Error('connection refused') }
      if (fault === 'forbidden') return { kind: 'forbidden', why: 'Missing Access' }
      if (isLost) streams.doubt(target)
      if (fault === 'lost_request') {
        note('lost')
        await pass(latency, signal)
        return { kind: 'unknown', cause: new Error('socket hang up') }
      }
      if (fault === 'late_request') {
        void clock.sleep(800).then(() => note(resultOf(acted())))
        return { kind: 'unknown', cause: new Error('socket hang up') }
      }
      await pass(latency / 2, signal)
      const budgets = named(options.buckets, at, as)
      const refused = fault === 'refused' ? { waitMs: 0, bucket: '' } : windows.count(budgets)
      if (refused) {
        note('refused')
        await pass(latency / 2, signal)
        const retryAfterMs = options.retryAfter?.(refused.waitMs, call) ?? refused.waitMs
        return { kind: 'limited', retryAfterMs, ...(refused.bucket ? { bucket: refused.bucket } : {}) }
      }
      const outcome = fault === 'gone' ? ({ kind: 'gone' } as const) : acted()
      note(resultOf(outcome))
      const rate = budgets
        .filter(({ bucket }) => options.tells?.(bucket) ?? true)
        .map((budget) => windows.report(budget))
      await pass(latency / 2, signal)
      if (fault === 'lost_reply') return { kind: 'unknown', cause: new Error('socket hang up') }
      return options.reported ? { ...outcome, rate } : outcome
    } finally {
      busy.set(target, (busy.get(target) ?? 1) - 1)
    }

    /** Nobody knows of a stream whose beginning was not confirmed. */
    function acted(): Outcome {
      const outcome = act()
      if (isLost && outcome.kind === 'sent') streams.doubt(outcome.ref.id)
      return outcome
    }

    function note(result: Entry['result']): void {
      const text = part?.markdown ?? ''
      ledger.push({
        at: clock.elapsed(),
        kind,
        place,
        message: target,
        text,
        state: part?.state ?? null,
        result,
        ...(as === kind ? {} : { as }),
      })
    }
  }

  async function pass(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (ms > 0) await clock.sleep(ms, signal)
  }

  return {
    name: 'rated',
    limits: {
      message: limit,
      filesPerMessage: 10,
      fileBytes: options.fileBytes ?? 1_000_000,
      messagesPerAnswer: options.messagesPerAnswer ?? null,
      ...(options.streamMs && { streamMs: options.streamMs }),
    },
    can: { edit: true, threads: true, buttons: true, private: 'everywhere', ...options.can },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    measure,
    ...(options.streams && {
      ways: ({ conversation }: Place) => options.streams?.ways(conversation.thread) ?? [],
    }),
    // Typing ends by itself here.
    budget: (place, call, at) =>
      call === 'clear' ? [] : named(options.declared ?? options.buckets, place, callOf(call, at)),
    async openPlace(place, _title, signal) {
      if (!options.opens) return { kind: 'open', place }
      const ref = { channel: place.conversation.channel, id: place.conversation.thread }
      const opened = await perform('open', place, `open ${ref.id}`, null, signal, () => ({
        kind: 'sent',
        ref,
      }))
      const rate = opened.rate ? { rate: opened.rate } : {}
      if (opened.kind === 'limited') return opened
      if (opened.kind === 'sent') return { kind: 'open', place: { ...place, root: null }, ...rate }
      return { kind: 'failed', cause: new Error(opened.kind), ...rate }
    },
    send(place, part, how) {
      const thread = place.conversation.thread
      return perform(
        'send',
        place,
        how.nonce,
        part,
        how.signal,
        () => {
          if (!takes(part.markdown)) return { kind: 'too_long' }
          const refusal = options.refuses?.(part)
          if (refusal) return refusal
          const id = String(++posted)
          messages.set(id, { id, place: thread, nonce: how.nonce, part })
          if (how.way === 'stream') streams.begin(id, part)
          return { kind: 'sent', ref: { channel: thread, id } }
        },
        how.way === 'stream' ? 'stream' : 'send',
      )
    },
    edit(place, at, part, signal) {
      return perform(
        'edit',
        place,
        at.id,
        part,
        signal,
        () => {
          const message = messages.get(at.id)
          if (!message) return { kind: 'gone' }
          if (!takes(part.markdown)) return { kind: 'too_long' }
          const refusal = options.refuses?.(part)
          if (refusal) return refusal
          const put = (shown: Part) => messages.set(at.id, { ...message, part: shown })
          const grown = streams.grow(message, part, put)
          if (grown) return grown.kind === 'sent' ? { ...grown, ref: at } : grown
          put(part)
          return { kind: 'sent', ref: at }
        },
        callOf(part.state === 'writing' ? 'edit' : 'finish', at),
      )
    },
    remove: (place, at, signal) =>
      perform('remove', place, at.id, null, signal, () =>
        messages.delete(at.id) ? { kind: 'sent', ref: at } : { kind: 'gone' },
      ),
    async show(place, activity, signal): Promise<Reported> {
      if (!options.opens || activity === null) return { kind: 'done' }
      const ref = { channel: place.conversation.channel, id: '' }
      return perform('show', place, `show ${place.conversation.thread}`, null, signal, () => ({
        kind: 'sent',
        ref,
      }))
    },
    ...(options.takesFiles !== undefined && { takesFiles: () => options.takesFiles === true }),
    download: () => Promise.reject(new Error('no files here')),
    ...(options.finds === false ? {} : { find }),
    ledger,
    visible: (place) =>
      [...messages.values()].filter((each) => !place || each.place === place.conversation.thread),
    deleteAsPerson: (id) => messages.delete(id),
    most,
    takenBack: streams.takenBack,
  }

  /** Without streams there is one kind of edit. */
  function callOf(kind: CallKind, at: MessageRef | undefined): StreamCall {
    return options.streams ? streams.callOf(kind, at) : kind === 'finish' ? 'edit' : kind
  }

  async function find({ nonce }: Sent, place: Place, signal: AbortSignal): Promise<MessageRef | null> {
    await pass(options.latency?.() ?? 0, signal)
    const thread = place.conversation.thread
    ledger.push({
      at: clock.elapsed(),
      kind: 'find',
      place: thread,
      message: nonce,
      text: '',
      state: null,
      result: 'done',
    })
    const message = [...messages.values()].find((each) => each.nonce === nonce && each.place === thread)
    return message ? { channel: thread, id: message.id } : null
  }
}

/** A thread of its own by that name. */
export function thread(name: string): Place {
  return {
    conversation: { platform: 'rated', workspace: 'w', channel: 'c', thread: name },
    root: null,
    direct: false,
  }
}

export const UNLIMITED: readonly RateBudget[] = [{ bucket: 'all', limit: 4_000, windowMs: DAY / 86_400 }]
