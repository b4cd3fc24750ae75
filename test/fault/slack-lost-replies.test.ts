import { expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import type { Fault } from '../fakes/slack/faults.ts'
import { atHome, inDeltas, numbered, said, say } from '../scenario/slack-telling.ts'
import { finished, isFinished, spoken } from '../scenario/slack-watching.ts'
import { isWhole, sayAll } from './slack-whole-text.ts'

const isFull = process.env.PARLEY_FAULT === 'full'
const count = isFull ? 200 : 5

/** The calls that show something, and where each is made. */
const calls = [
  ['chat.postMessage', 'channel'],
  ['chat.update', 'channel'],
  ['chat.startStream', 'dm'],
  ['chat.appendStream', 'dm'],
  ['chat.stopStream', 'dm'],
] as const

it(`${count} calls that are carried out and whose replies are lost: each message stands once, and its text is whole`, async () => {
  const { stage, slack, team, model, parley } = await atHome({ policy: 'budgets: off\n' })
  const answer = numbered(1_500)
  model.always({ beats: inDeltas(answer, 700).flatMap((beat) => [beat, { kind: 'pause', ms: 40 } as const]) })
  const asked = []
  for (let index = 0; index < count; index += calls.length) {
    const round = calls.map(([method, where], at) => {
      slack.faults.next({ method }, 'lose the reply', 1 + ((index + at) % 2))
      const person = team.person({ name: `Person ${index + at}` })
      const question =
        where === 'dm'
          ? person.says('dm', 'tell me')
          : person.says(team.channel({ name: `room-${index + at}` }), `${parley} tell me`)
      return { method, question, seen: () => spoken(stage, question) }
    })
    asked.push(...round)
    // Slack's own pace for streams is felt at last: Parley keeps to it unasked.
    await slack.until(() => round.every(({ seen }) => isWhole(seen())), 90_000)
  }
  for (const { method, question, seen } of asked) {
    expect(sayAll(seen(), answer), method).toBe(true)
    expect(seen().filter(({ isStreaming }) => isStreaming)).toEqual([])
    expect(seen()).toHaveLength(2)
    expect(slack.visible(question).filter(({ fromBot }) => !fromBot)).toHaveLength(1)
  }
  const lost = slack.ledger.calls.filter(({ replyLost }) => replyLost)
  for (const [method] of calls)
    expect(
      lost.some((one) => one.method === method),
      method,
    ).toBe(true)
}, 900_000)

it('a message that Slack’s history hides for a while after its reply was lost stands once, and ends whole', async () => {
  const { stage, slack, model, parley, channel, ann } = await atHome()
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  slack.faults.next({ method: 'chat.postMessage' }, 'lose the reply')
  slack.faults.next(
    { method: 'conversations.replies' },
    { status: 200, body: { ok: true, messages: [], has_more: false } },
  )
  const question = ann.says(channel, `${parley} tell me`)
  await slack.until(() => spoken(stage, question).length === 1)
  rest.open()
  await finished(stage, question, 'First half, second half.')
  expect(spoken(stage, question)).toHaveLength(1)
}, 30_000)

const failures: readonly (readonly [string, 'dm' | 'channel', Fault])[] = [
  ['chat.postMessage', 'channel', { status: 500, body: 'Internal error', carriedOut: true }],
  ['chat.postMessage', 'channel', { status: 503, body: '<html>' }],
  ['chat.postMessage', 'channel', { error: 'fatal_error' }],
  ['chat.postMessage', 'channel', 'refuse'],
  ['chat.update', 'channel', { status: 500, body: '' }],
  ['chat.update', 'channel', 'refuse'],
  ['chat.startStream', 'dm', { status: 500, body: '', carriedOut: true }],
  ['chat.startStream', 'dm', { error: 'internal_error' }],
  ['chat.appendStream', 'dm', { status: 502, body: '<html>', carriedOut: true }],
  ['chat.appendStream', 'dm', { error: 'msg_too_long' }],
  ['chat.appendStream', 'dm', { error: 'message_not_in_streaming_state' }],
  ['chat.stopStream', 'dm', { status: 500, body: '' }],
  ['chat.stopStream', 'dm', { status: 500, body: '', carriedOut: true }],
  ['chat.stopStream', 'dm', { error: 'message_not_in_streaming_state' }],
  ['chat.stopStream', 'dm', 'refuse'],
]

it.each(failures.filter((_, index) => isFull || index % 2 === 0))(
  '%s in a %s comes to %j: the answer is whole, and stands once',
  async (method, where, fault) => {
    const { stage, slack, model, parley, channel, ann } = await atHome()
    const rest = hold()
    model.next({
      beats: [
        ...text('First half, '),
        rest.beat,
        ...text('second '),
        { kind: 'pause', ms: method === 'chat.appendStream' ? 900 : 50 },
        ...text('half.'),
      ],
    })
    slack.faults.next({ method }, fault)
    const question = where === 'dm' ? ann.says('dm', 'tell me') : ann.says(channel, `${parley} tell me`)
    await slack.until(() => spoken(stage, question).length === 1, 10_000)
    rest.open()
    const whole = () => said(spoken(stage, question)).join(' ').replaceAll(/\s+/g, ' ')
    await slack.until(
      () => whole() === 'First half, second half.' && spoken(stage, question).some(isFinished),
      15_000,
    )
    expect(slack.ledger.calls.filter((one) => one.fault)).toMatchObject([{ method }])
    expect(spoken(stage, question).filter(({ isStreaming }) => isStreaming)).toEqual([])
  },
  30_000,
)

it('what is cut off in a lost stream is said by the edit that ends it', async () => {
  const { stage, slack, model, ann } = await atHome()
  model.next(say('Hello.'))
  slack.faults.next({ method: /chat\.(start|append|stop)Stream/ }, 'lose the reply', 2)
  const question = ann.says('dm', 'hello')
  await finished(stage, question, 'Hello.')
  expect(spoken(stage, question)).toHaveLength(1)
}, 30_000)
