import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Delivery } from '../fakes/slack/world.ts'
import { movableTime } from '../scenario/slack-installing.ts'
import { modes, openSlackStage, type SlackStage } from '../scenario/slack-stage.ts'
import { say } from '../scenario/slack-telling.ts'
import { finished } from '../scenario/slack-watching.ts'

const count = process.env.PARLEY_FAULT === 'full' ? 10_000 : 75
const seed = Number(process.env.PARLEY_SEED ?? 1)
const deep = 10_000

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom<unknown>('\0', '\ud800', '__proto__', '', '-1', '9'.repeat(40), '<@U1', 'x'.repeat(50_000)),
  fc.constantFrom<unknown>(null, true, -1, 1e308, [], {}, [null], [[]], { id: null }, [{}]),
  fc.object({ maxDepth: 2 }),
)
const change = fc.record({
  path: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  to: fc.option(odd, { nil: undefined }),
})

/** One place of a payload, the further in the longer the path, and what stands there instead; undefined takes it away. */
function changed(payload: unknown, [step, ...further]: readonly number[], to: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || step === undefined) return to
  const copy = (Array.isArray(payload) ? [...payload] : { ...payload }) as Record<string, unknown>
  const key = Object.keys(copy)[step % Math.max(1, Object.keys(copy).length)]
  if (key === undefined) return to
  const inside = copy[key]
  copy[key] = further.length === 0 || typeof inside !== 'object' ? to : changed(inside, further, to)
  return copy
}

/** What Slack really sends, one of each kind. */
async function honest({ slack, parley }: SlackStage): Promise<readonly Delivery['payload'][]> {
  const heard: Delivery['payload'][] = []
  slack.lose((payload) => {
    heard.push(payload)
    return false
  })
  const channel = slack.team.channel({ name: 'general' })
  const ann = slack.team.person({ name: 'Ann', admin: true })
  const question = ann.says(channel, `${parley} hello`, {
    files: [{ name: 'a.txt', bytes: Buffer.from('a') }],
  })
  const answer = await finished({ slack }, question, /Hello\.$/)
  const handle = { team: slack.team.id, channel: channel.id, ts: answer.ts, thread: question.ts }
  ann.says(question, 'and then?')
  ann.edits(question, `${parley} hello there`)
  ann.says('dm', 'hello')
  await ann.slash(channel, '/ask', 'private: hello').answered()
  await ann.feedback(handle, 'up').answered()
  const pressed = await ann.shortcut(question, 'parley.ask').answered()
  await ann.submits(await slack.until(() => pressed.modal()), { prompt: 'why?' })
  ann.opensHome()
  ann.startsThread()
  ann.stopsSession(question)
  slack.lose(null)
  expect(heard.length).toBeGreaterThan(9)
  return heard
}

const kindOf = (payload: object): Delivery['kind'] =>
  'command' in payload ? 'slash_commands' : 'event' in payload ? 'events_api' : 'interactive'

/** As its kind comes over HTTP, or as it comes for another kind. */
function requestOf(payload: object, kind: Delivery['kind']) {
  const json = JSON.stringify(payload)
  const type = 'application/x-www-form-urlencoded'
  if (kind === 'events_api') return { body: json }
  if (kind === 'interactive') return { body: new URLSearchParams({ payload: json }).toString(), type }
  const fields = Object.entries(payload).map(([name, value]) => [name, String(value)])
  return { body: new URLSearchParams(fields).toString(), type }
}

const unhandled: unknown[] = []
const note = (reason: unknown): void => void unhandled.push(reason)
beforeEach(() => void process.on('unhandledRejection', note))
afterEach(() => void process.off('unhandledRejection', note))

it.each(modes)(
  `${count} odd payloads do no harm, and the next question is answered: by %s`,
  async (mode) => {
    const time = movableTime()
    const stage = await openSlackStage({ mode, limits: 'none', policy: 'budgets: off\n', retryMs: [0] })
    const { slack, model, parley } = stage
    model.always(say('Hello.'))
    const usual = await honest(stage)
    const made = fc.sample(
      fc.tuple(fc.constantFrom(...usual), fc.array(change, { minLength: 1, maxLength: 3 })),
      { numRuns: count, seed },
    )
    const payloads = made
      .map(([start, changes]) =>
        changes.reduce<unknown>((one, { path, to }) => changed(one, path, to), start),
      )
      .filter((one): one is object => typeof one === 'object' && one !== null)
    for (let from = 0; from < payloads.length; from += 25) {
      const some = payloads.slice(from, from + 25)
      if (mode === 'http') {
        const answers = await Promise.all(some.map((one) => slack.http.send(requestOf(one, kindOf(one)))))
        for (const [index, { status, body }] of answers.entries())
          expect(status, `${body} to ${JSON.stringify(some[index])?.slice(0, 2_000)}`).toBeLessThan(500)
      }
      // Not all are acknowledged: what Bolt can't tell apart Slack gives up after a while.
      else
        for (const payload of some)
          slack.send({ kind: kindOf(payload), payload: payload as Delivery['payload'] })
      time.skip(61_000)
    }
    const nested = `${'{"event":'.repeat(deep)}1${'}'.repeat(deep)}`
    const wrong = ['', '{', '[]', 'null', '"x"', '\u0000', nested, `{"__proto__":{"type":"event_callback"}}`]
    for (const body of wrong) {
      if (mode === 'socket') {
        slack.sockets.frame(body)
        slack.sockets.frame(`{"envelope_id":"x","type":"events_api","payload":${body || 'null'}}`)
      } else
        for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain'])
          expect((await slack.http.send({ body, type })).status, body.slice(0, 50)).toBeLessThan(500)
    }
    time.skip(61_000)
    const bob = slack.team.person({ name: 'Bob' })
    await finished(stage, bob.says(slack.team.channel({ name: 'calm' }), `${parley} hello`), 'Hello.')
    expect(unhandled).toEqual([])
    expect(({} as Record<string, unknown>).type).toBeUndefined()
  },
  600_000,
)
