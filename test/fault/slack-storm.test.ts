import { expect, it, onTestFinished } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { seeded } from '../fakes/slack/chance.ts'
import { type Fault, limited } from '../fakes/slack/faults.ts'
import type { CallEntry } from '../fakes/slack/ledger.ts'
import { atHome, inDeltas, numbered } from '../scenario/slack-telling.ts'
import { ended, finished, isFinished, spoken } from '../scenario/slack-watching.ts'
import { sayAll } from './slack-whole-text.ts'

const isFull = process.env.PARLEY_FAULT === 'full'
const [rounds, threads] = isFull ? [20, 50] : [1, 8]
/** What the program has at most to hear of a refusal, in turns of this process: its clock runs on where the machine is busy. */
const onTheWay = { turns: 10, everyMs: 5 }
const seed = Number(process.env.PARLEY_SEED ?? 7)

/** How long each asks to keep silent, in milliseconds; 0 where it says nothing of use. */
const refusals: readonly (readonly [Fault, number])[] = [
  [limited(0), 0],
  [limited(1), 1_000],
  [limited(2), 2_000],
  [limited(undefined), 0],
  [limited('garbage'), 0],
  [limited('-5'), 0],
  [limited(1, true), 1_000],
  [limited(undefined, true), 0],
  [{ error: 'ratelimited' }, 0],
]

const methods = [
  'chat.postMessage',
  'chat.update',
  'chat.startStream',
  'chat.appendStream',
  'chat.stopStream',
  'assistant.threads.setStatus',
] as const

/** What is limited by one allowance, as Slack documents it. */
const allowanceOf = ({ method, args }: CallEntry): string =>
  method === 'chat.postMessage' ? `${method} ${String(args.channel)}` : method

it.each(Array.from({ length: rounds }, (_, round) => round))(
  `${threads} answers under a storm of 429s: never early, every text whole (round %i, seed ${seed})`,
  async (round) => {
    const random = seeded(seed + round)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    const { stage, slack, team, model, parley } = await atHome({ policy: 'budgets: off\n' })
    const answer = numbered(500)
    model.always({
      beats: inDeltas(answer, 600).flatMap((beat) => [beat, { kind: 'pause', ms: 150 } as const]),
    })
    const turns: number[] = []
    const turning = setInterval(() => turns.push(Date.now()), onTheWay.everyMs)
    onTestFinished(() => clearInterval(turning))
    const before = process.memoryUsage().heapUsed
    for (const method of methods) for (let i = 0; i < 3; i++) slack.faults.next({ method }, pick(refusals)[0])
    const asked = Array.from({ length: threads }, (_, index) => {
      const person = team.person({ name: `Person ${index}` })
      const question =
        index % 2 === 0
          ? person.says('dm', 'tell me')
          : person.says(team.channel({ name: `room-${index}` }), `${parley} tell me`)
      return () => spoken(stage, question)
    })
    await slack.until(() => asked.every((seen) => seen().some(isFinished)), isFull ? 240_000 : 90_000)
    for (const seen of asked) {
      expect(sayAll(seen(), answer)).toBe(true)
      expect(seen()).toHaveLength(1)
    }
    const refused = slack.ledger.calls.filter(
      ({ status, error }) => status === 429 || error === 'ratelimited',
    )
    expect(refused.every(({ fault }) => fault)).toBe(true)
    const early = refused.flatMap((one) => {
      const seconds = Number(one.retryAfter ?? 0)
      // What was on its way already can't be called back.
      const known = turns.filter((at) => at > one.endedAt!)[onTheWay.turns - 1] ?? Number.POSITIVE_INFINITY
      const [from, to] = [known, one.endedAt! + (seconds > 0 ? seconds * 1_000 : 0) - 2]
      return slack.ledger.calls
        .filter((later) => later.at > from && later.at < to && allowanceOf(later) === allowanceOf(one))
        .map((later) => `${allowanceOf(one)}: ${later.at - one.endedAt!} ms after ${one.retryAfter} s`)
    })
    expect(early).toEqual([])
    // Megabytes, the fake's own ledger and the answers included.
    expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(200)
  },
  300_000,
)

it('told to wait a minute, nothing is said before; the rest of the workspace goes on', async () => {
  const { stage, slack, team, model, parley, ann, bob } = await atHome()
  const [loud, quiet] = [team.channel({ name: 'loud' }), team.channel({ name: 'quiet' })]
  // Longer together than any pause that is not Slack's own.
  model.always({ beats: [{ kind: 'pause', ms: 900 }, ...text('Here.')] })
  slack.faults.next({ method: 'chat.postMessage' }, limited(60))
  const first = ann.says(loud, `${parley} hello`)
  await slack.until(() => slack.ledger.limited().length === 1)
  await finished(stage, bob.says(quiet, `${parley} hello`), 'Here.')
  await finished(stage, ann.says('dm', 'hello'), 'Here.')
  expect(spoken(stage, first)).toEqual([])
  const there = slack.ledger.of('chat.postMessage').filter(({ args }) => args.channel === loud.id)
  expect(there).toHaveLength(1)
  // Nobody waits for it any more.
  ann.deletes(first)
  await ended(stage, 3)
}, 30_000)

it('a stream that Slack ends after five minutes goes on by edits in the same message', async () => {
  let skipped = 0
  const { stage, slack, model, ann } = await atHome({ now: () => Date.now() + skipped })
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const question = ann.says('dm', 'tell me')
  const draft = await slack.until(() => spoken(stage, question).find(({ isStreaming }) => isStreaming))
  skipped = 5 * 60_000 + 1
  rest.open()
  const answer = await finished(stage, question, 'First half, second half.')
  expect(spoken(stage, question)).toHaveLength(1)
  expect(answer.ts).toBe(draft.ts)
  expect(slack.ledger.of('chat.update').filter(({ ok }) => ok).length).toBeGreaterThan(0)
})

it.each([
  ['msg_too_long', 'chat.appendStream'],
  ['message_not_in_streaming_state', 'chat.appendStream'],
  ['msg_too_long', 'chat.stopStream'],
  ['msg_too_long', 'chat.update'],
] as const)(
  '%s from %s in the middle of a long answer: its text is whole',
  async (error, method) => {
    const { stage, slack, team, model, parley, ann } = await atHome()
    const long = numbered(1_500)
    model.next({ beats: inDeltas(long, 400).flatMap((beat) => [beat, { kind: 'pause', ms: 60 } as const]) })
    slack.faults.next({ method }, { error }, 2)
    const question =
      method === 'chat.update'
        ? ann.says(team.channel({ name: 'general' }), `${parley} tell me`)
        : ann.says('dm', 'tell me')
    await slack.until(() => spoken(stage, question).some(isFinished), 20_000)
    expect(sayAll(spoken(stage, question), long)).toBe(true)
    expect(slack.ledger.calls.some((one) => one.fault && one.method === method)).toBe(true)
  },
  30_000,
)
