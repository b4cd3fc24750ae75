import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import { createRecent } from '../../src/recent.ts'
import { mrkdwnOf } from './mrkdwn.ts'
import { isAboutLooks, type Refused } from './outcome.ts'
import type { Wire, WireRequest } from './wire.ts'

type Args = WireRequest['args']

/** What a message goes without. */
interface Looks {
  /** How far down `steps`. */
  readonly step: number
  readonly isBare: boolean
}

interface Step {
  /** What is left out, in words for the log. */
  readonly without: string
  /** Milliseconds it is remembered. */
  readonly keptMs: number
  readonly leaveOut: (args: Args, method: string) => Args
}

/** Then it may have been allowed. */
const HOUR_MS = 3_600_000
/** It may have been about the words of one message alone. */
const TEN_MINUTES_MS = 600_000
const KEPT = 1_000

const methods = new Set(['chat.postMessage', 'chat.postEphemeral', 'chat.update', 'chat.stopStream'])

/** From all there is down to plain words. */
const steps: readonly Step[] = [
  { without: 'nothing', keptMs: HOUR_MS, leaveOut: (args) => args },
  {
    without: 'the thumbs',
    keptMs: HOUR_MS,
    leaveOut: (args) => withBlocks(args, (type) => type !== 'context_actions'),
  },
  {
    without: 'buttons and metadata',
    keptMs: HOUR_MS,
    leaveOut: (args) => withBlocks(without(args, 'metadata'), (type) => type === 'markdown'),
  },
  {
    without: 'blocks',
    keptMs: TEN_MINUTES_MS,
    leaveOut: (args, method) => inWords(args, method, (markdown) => ({ markdown_text: markdown })),
  },
  {
    without: 'Markdown',
    keptMs: TEN_MINUTES_MS,
    // Slack keeps the blocks of a message where it is given none.
    leaveOut: (args, method) =>
      inWords(args, method, (markdown) => ({
        text: mrkdwnOf(markdown),
        ...(method === 'chat.update' && { blocks: [] }),
      })),
  },
  {
    without: 'Markdown and blocks',
    keptMs: TEN_MINUTES_MS,
    leaveOut: (args, method) => inWords(args, method, (markdown) => ({ text: mrkdwnOf(markdown) })),
  },
]

/**
 * Calls as the wire does; only where a workspace refuses what belongs to a message's looks, the call is made again
 * without it, down to the words alone. That is remembered: the next call is one request again.
 */
export function createThinner({
  wire,
  clock,
  log,
}: {
  readonly wire: Wire
  readonly clock: Pick<Clock, 'elapsed'>
  readonly log: Logger
}): Wire {
  const known = createRecent<Looks & { readonly until: number }>(KEPT)

  function looksOf(key: string): Looks {
    const looks = known.get(key)
    return looks && looks.until > clock.elapsed() ? looks : { step: 0, isBare: false }
  }

  function remember(key: string, { team, method }: WireRequest, looks: Looks, refused: Refused): void {
    const { without, keptMs } = steps[looks.step] ?? { without: '', keptMs: HOUR_MS }
    known.set(key, { ...looks, until: clock.elapsed() + keptMs })
    const what = looks.step === 0 ? 'metadata' : without
    log.warn(
      { team, method, refused: refused.error, said: refused.messages },
      `Slack refuses how messages look here: for ${keptMs / 60_000} minutes they go without ${what}`,
    )
  }

  return {
    async call<T>(request: WireRequest, signal: AbortSignal) {
      if (!methods.has(request.method)) return wire.call<T>(request, signal)
      const key = `${request.team}/${request.method}`
      let looks = looksOf(key)
      let args = dressed(request, looks)
      let reply = await wire.call<T>({ ...request, args }, signal)
      const first = reply
      let last: Refused | null = null
      // What is refused was not carried out: nothing comes twice.
      while (isAboutLooks(reply)) {
        last = reply
        const thinner = thinnerThan(request, looks, args, reply)
        if (!thinner) return first
        looks = thinner
        args = dressed(request, looks)
        reply = await wire.call<T>({ ...request, args }, signal)
      }
      if (last && reply.kind === 'done') remember(key, request, looks, last)
      return reply
    },
  }
}

/** The next that differs; null: there is nothing left to leave out. */
function thinnerThan(request: WireRequest, looks: Looks, args: Args, { error }: Refused): Looks | null {
  if (error.includes('metadata') && 'metadata' in args) return { ...looks, isBare: true }
  for (let step = looks.step + 1; step < steps.length; step++) {
    const next = { ...looks, step }
    if (!isDeepStrictEqual(dressed(request, next), args)) return next
  }
  return null
}

function dressed({ args, method }: WireRequest, { step, isBare }: Looks): Args {
  const left = isBare ? without(args, 'metadata') : args
  return steps[step]?.leaveOut(left, method) ?? left
}

function without(args: Args, ...names: readonly string[]): Args {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name)))
}

interface Block {
  readonly type?: unknown
  readonly text?: unknown
}

const blocksIn = ({ blocks }: Args): readonly Block[] => (Array.isArray(blocks) ? blocks : [])

function withBlocks(args: Args, isKept: (type: unknown) => boolean): Args {
  const blocks = blocksIn(args).filter(({ type }) => isKept(type))
  const rest = without(args, 'blocks')
  // A message is made of something else then: a stream's own text.
  return blocks.length === 0 ? rest : { ...rest, blocks }
}

/** The words alone; a stream has them apart already. */
function inWords(args: Args, method: string, say: (markdown: string) => Args): Args {
  const rest = without(args, 'blocks', 'metadata')
  if (method === 'chat.stopStream') return rest
  const markdown = blocksIn(args).flatMap(({ type, text }) => (type === 'markdown' ? [String(text)] : []))
  return markdown.length === 0 ? rest : { ...without(rest, 'text'), ...say(markdown.join('\n\n')) }
}
