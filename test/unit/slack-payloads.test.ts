import fc from 'fast-check'
import pino from 'pino'
import { expect, test } from 'vitest'
import { type Body, createRoute } from '../../adapters/slack/app.ts'
import { createDispatching } from '../../adapters/slack/dispatching.ts'
import { systemClock } from '../../adapters/system/clock.ts'

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('\0', '\ud800', '__proto__', '', '-1', '9'.repeat(40), 'null'),
)
const odd: fc.Arbitrary<unknown> = fc.oneof(
  nasty,
  fc.constantFrom(null, true, -1, 1e308, [], {}, [null], [[]], { id: null }, [{}]),
  fc.object({ maxDepth: 2 }),
)
const change = fc.record({
  path: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
  to: fc.option(odd, { nil: undefined }),
})

/** One place of a payload, the further in the longer the path, and what stands there instead; undefined takes it away. */
function changed(payload: unknown, [step, ...further]: readonly number[], to: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || step === undefined) return to
  const copy: Record<string, unknown> = { ...payload }
  const key = Object.keys(copy)[step % Math.max(1, Object.keys(copy).length)]
  if (key === undefined) return to
  const inside = copy[key]
  copy[key] = further.length === 0 || typeof inside !== 'object' ? to : changed(inside, further, to)
  return copy
}

const team = { id: 'T1', domain: 'a' }
const user = { id: 'U1', username: 'ann', team_id: 'T1' }
const usual: readonly Body[] = [
  {
    type: 'event_callback',
    team_id: 'T1',
    authorizations: [{ team_id: 'T1', enterprise_id: null, user_id: 'U2', is_bot: true }],
    event: { type: 'message', channel: 'C1', user: 'U1', text: 'hi', ts: '1.2', item: { channel: 'C1' } },
  },
  { command: '/ask', text: 'why', team_id: 'T1', channel_id: 'C1', user_id: 'U1', response_url: 'https://x' },
  {
    type: 'block_actions',
    team,
    user,
    channel: { id: 'C1' },
    actions: [{ action_id: 'a', block_id: 'b', value: 'x' }],
  },
  {
    type: 'message_action',
    callback_id: 'summarise',
    team,
    user,
    channel: { id: 'C1' },
    message: { ts: '1.2' },
  },
  { type: 'view_submission', team, user, view: { id: 'V1', callback_id: 'f', state: { values: {} } } },
  { type: 'block_suggestion', team, user, name: 'n', value: 'v', action_id: 'a' },
]

test('whatever a payload looks like, Slack gets its answer, and what is said next is heard', async () => {
  const events: Body[] = []
  const clock = systemClock()
  const log = pino({ enabled: false })
  const route = createRoute(
    {
      event: async (envelope) => void events.push(envelope),
      command: async (_body, acknowledge) => acknowledge(),
      action: async (_body, acknowledge) => acknowledge(),
      shortcut: async (_body, acknowledge) => acknowledge(),
      view: async (_body, acknowledge) => acknowledge(),
    },
    log,
  )
  const dispatching = createDispatching({ route, clock, log })
  const body = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.tuple(fc.constantFrom(...usual), fc.array(change, { minLength: 1, maxLength: 3 })),
    },
    { weight: 1, arbitrary: fc.tuple(fc.object({ maxDepth: 3 }), fc.constant([])) },
  )
  await fc.assert(
    fc.asyncProperty(body, async ([start, changes]) => {
      const made = changes.reduce<unknown>((payload, { path, to }) => changed(payload, path, to), start)
      const given = JSON.parse(JSON.stringify(made) ?? 'null')
      if (typeof given !== 'object' || given === null) return
      const answer = await dispatching.take(given)
      expect(['arrived', 'again']).toContain(answer.kind)
    }),
    { numRuns: process.env.PARLEY_FAULT === 'full' ? 10_000 : 500 },
  )
  const sane = usual[0]!
  expect(await dispatching.take(sane)).toEqual({ kind: 'arrived' })
  expect(events.at(-1)).toEqual(sane)
})
