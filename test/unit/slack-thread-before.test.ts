import { expect, it } from 'vitest'
import type { MessageHeard } from '../../src/ports/event.ts'
import { ago, inThread, slackHearingWorld } from './slack-hearing-world.ts'

const root = Number(ago(100_000))
const at = (seconds: number): string => (root + seconds).toFixed(6)

/** A thread whose replies stand so many seconds after its root, as Slack gives it out: the oldest first, 200 a page. */
function longThread(seconds: readonly number[], count = true) {
  const world = slackHearingWorld()
  const ts = at(0)
  const head = {
    user: 'U2',
    ts,
    thread_ts: ts,
    text: 'the beginning',
    ...(count && { reply_count: seconds.length }),
  }
  const replies = seconds.map((after, i) => ({ user: 'U2', ts: at(after), thread_ts: ts, text: `no ${i}` }))
  world.answers['conversations.replies'] = async ({ oldest = '0', latest, limit }) => {
    const found = replies.filter((one) => one.ts > String(oldest) && one.ts < String(latest))
    const most = Number(limit) - 1
    return { messages: [head, ...found.slice(0, most)], has_more: found.length > most }
  }
  const asked = () => world.say('<@UBOT> what now?', inThread(ago(10), { thread_ts: ts }))
  const texts = () => (world.heard[0] as MessageHeard).quotes.map(({ text }) => text)
  return { world, asked, texts }
}

const evenly = Array.from({ length: 900 }, (_, i) => 10 + i * 100)

it.each([
  ['evenly spread', evenly],
  [
    'in one burst at the beginning, and a few at the end',
    [
      ...Array.from({ length: 700 }, (_, i) => i + 1),
      ...Array.from({ length: 20 }, (_, i) => 80_000 + i * 900),
    ],
  ],
  [
    'in a burst at the end',
    [
      ...Array.from({ length: 200 }, (_, i) => 1 + i * 400),
      ...Array.from({ length: 600 }, (_, i) => 98_000 + i * 3),
    ],
  ],
  ['without their number', evenly],
])(
  'of a thread with hundreds of messages its beginning and its end are quoted: %s',
  async (name, seconds) => {
    const { world, asked, texts } = longThread(seconds, name !== 'without their number')
    await asked()
    const last = Array.from({ length: 9 }, (_, i) => `no ${seconds.length - 9 + i}`)
    expect(texts()).toEqual(['the beginning', expect.stringContaining('left out'), ...last])
    expect(world.calls.filter(({ method }) => method === 'conversations.replies').length).toBeLessThan(6)
  },
)

it('its beginning is not taken for its end, where that can’t be had in time', async () => {
  const { world, asked, texts } = longThread(evenly)
  const answer = world.answers['conversations.replies']
  world.answers['conversations.replies'] = (args) =>
    args.oldest === undefined ? answer!(args) : new Promise(() => undefined)
  const said = asked()
  await world.clock.advance(1_200)
  await said
  expect(texts()).toEqual(['the beginning', expect.stringContaining('left out')])
})
