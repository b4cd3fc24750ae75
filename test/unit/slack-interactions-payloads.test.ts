import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeButtonId } from '../../adapters/slack/interactions/button-id.ts'
import { writeFormNote } from '../../adapters/slack/interactions/form-note.ts'
import { settingsActionId } from '../../adapters/slack/interactions/home-view.ts'
import {
  done,
  ids,
  interactionsWorld,
  press,
  shortcut,
  slash,
  submission,
} from './slack-interactions-world.ts'

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '\0',
    '\ud800',
    '__proto__',
    'constructor',
    '../..',
    '',
    '-1',
    '9'.repeat(40),
    'null',
    '<@U1',
  ),
)
const odd: fc.Arbitrary<unknown> = fc.oneof(
  nasty,
  fc.constantFrom(null, true, -1, 1e308, [], {}, [null], [[]], { id: null }, [{}]),
  fc.object({ maxDepth: 2 }),
)
const change = fc.record({
  path: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
  to: fc.option(odd, { nil: undefined }),
})

/** One place of a payload, the further in the longer the path, and what stands there instead; undefined takes it away. */
function changed(payload: unknown, [step, ...further]: readonly number[], to: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || step === undefined) return to
  const copy: Record<string, unknown> | unknown[] = Array.isArray(payload) ? [...payload] : { ...payload }
  const keys = Object.keys(copy)
  const key = keys[step % Math.max(1, keys.length)]
  if (key === undefined) return to
  const inside = (copy as Record<string, unknown>)[key]
  const ends = further.length === 0 || typeof inside !== 'object' || inside === null
  ;(copy as Record<string, unknown>)[key] = ends ? to : changed(inside, further, to)
  return copy
}

const note = writeFormNote({
  command: 'settings',
  channel: ids.channel,
  target: { ts: ids.target, thread: null },
  about: { id: ids.answer, thread: '', under: null },
  flags: { private: true },
  shown: { model: 'abcdefgh', persona: 'abcdefgh' },
  fromHome: true,
  responseUrl: null,
  at: 0,
})
const view = { callback_id: 'parley.form', private_metadata: note }
const button = { type: 'button', action_id: settingsActionId, value: ids.dm, action_ts: '1.2' }
const conversation = { workspace: ids.team, channel: ids.channel, thread: '' }
const usual = {
  command: [slash('/ask', 'private: why <@U0BOB00001>?'), slash('/parley', 'settings model=a persona: b')],
  shortcut: [shortcut('parley.ask'), shortcut('parley.summarise')],
  action: [press(writeButtonId('up', conversation)), press('', {}, { actions: [button] })],
  view: [submission({ team: ids.team, method: 'views.open', args: { view } }, { model: 'a', persona: null })],
  event: [
    { type: 'app_home_opened', user: ids.ann, channel: ids.dm, tab: 'home', view: { private_metadata: 'x' } },
    { type: 'assistant_thread_started', assistant_thread: { channel_id: ids.dm, thread_ts: '1.2' } },
    {
      type: 'reaction_added',
      user: ids.ann,
      reaction: 'loud_sound',
      item_user: 'U0BOT00001',
      item: { type: 'message', channel: ids.channel, ts: ids.answer },
    },
    {
      type: 'agent_session_stopped',
      user: ids.ann,
      channel: ids.dm,
      thread_ts: '1.2',
      streaming_message_ts: ['1.3'],
    },
  ],
} as const

type Kind = keyof typeof usual
const kinds = Object.keys(usual) as Kind[]
const lines = fc.string({
  unit: fc.constantFrom(...' :=-<>@`"\n/pmaskrivte', 'private', '😀', '\ud800'),
  maxLength: 40,
})

const unhandled: unknown[] = []
const note_ = (reason: unknown): void => void unhandled.push(reason)
beforeEach(() => void process.on('unhandledRejection', note_))
afterEach(() => void process.off('unhandledRejection', note_))

const numRuns = process.env.PARLEY_FAULT === 'full' ? 10_000 : 500

it('whatever a payload looks like, it is answered once, and the next one is heard', async () => {
  const world = interactionsWorld()
  world.replies = async () => done({ messages: [{ ts: ids.target, text: null }] })
  world.overviews = async () => ({
    ...{ model: 'm', persona: 'p', direct: true },
    today: { spent: 0, limit: null, shared: null, until: 0 },
  })
  const payload = fc
    .tuple(fc.constantFrom(...kinds), fc.nat(), fc.array(change, { maxLength: 3 }), lines)
    .map(([kind, nth, changes, text]) => {
      const from: unknown = usual[kind][nth % usual[kind].length]
      const typed = kind === 'command' && nth % 2 === 0 ? { ...(from as object), text } : from
      return { kind, body: changes.reduce((made, { path, to }) => changed(made, path, to), typed) }
    })
  await fc.assert(
    fc.asyncProperty(payload, async ({ kind, body }) => {
      world.acks.length = 0
      if (kind === 'event') return world.event(body as object)
      await world.hear(kind, body)
      expect(world.acks).toHaveLength(1)
    }),
    { numRuns },
  )
  await world.clock.runUntilIdle()
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
  const before = world.heard.length
  await world.hear('command', slash('/ask', 'why?'))
  expect(world.heard).toHaveLength(before + 1)
  expect(before).toBeGreaterThan(numRuns / 20)
})
