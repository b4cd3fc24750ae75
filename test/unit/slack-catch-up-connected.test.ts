import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCatchUp } from '../../adapters/slack/catch-up/catch-up.ts'
import { createPlainInstallation } from '../../adapters/slack/installations/plain.ts'
import { createPacedCall } from '../../adapters/slack/paced-call.ts'
import { createWire } from '../../adapters/slack/wire.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'
import { mapStore } from './discord-hearing-world.ts'
import { askOf, readableLog } from './slack-installations-world.ts'

describe('catching up over the Web API', () => {
  let fake: SlackFake
  let store: ReturnType<typeof mapStore>
  beforeEach(async () => {
    fake = await startSlackFake()
    store = mapStore()
  })
  afterEach(() => fake.close())

  /** One process: the real wire and installation; what it hears is noted. */
  async function process() {
    const over = new AbortController()
    const { signal } = over
    const clock = systemClock()
    const { lines, log } = readableLog()
    const events: Record<string, unknown>[] = []
    const token = fake.team.botToken
    const ask = askOf({ apiUrl: fake.apiUrl })
    const installations = createPlainInstallation({
      token,
      standing: { isRefused: false },
      ask,
      clock,
      log,
      signal,
    })
    const wire = createWire({ installations, apiUrl: fake.apiUrl, clock, log })
    const catchUp = createCatchUp({
      hear: async (envelope) => {
        events.push(envelope.event as Record<string, unknown>)
      },
      installations,
      call: createPacedCall(wire, () => ({ paced: (_, call) => call() })),
      store,
      clock,
      log,
      signal,
    })
    const keeping = catchUp.keep()
    await catchUp.run()
    return {
      catchUp,
      events,
      lines,
      texts: () => events.map(({ text }) => text),
      stop: async () => {
        over.abort(new Error('stopped'))
        await keeping
      },
    }
  }

  const methods = () => fake.ledger.calls.map(({ method }) => method)
  const refused = () => fake.ledger.calls.filter(({ ok }) => !ok).map(({ method, error }) => [method, error])

  it('what people said while no process ran comes to the next one, from everywhere Parley is', async () => {
    const ann = fake.team.person({ name: 'Ann' })
    const channel = fake.team.channel({ name: 'harbour' })
    const secret = fake.team.channel({ name: 'secret', private: true })
    const elsewhere = fake.team.channel({ name: 'elsewhere', member: false })
    const first = await process()
    expect(methods()).toEqual(['auth.test'])
    const root = ann.says(channel, `<@${fake.team.bot.user}> hello`)
    first.catchUp.heard(fake.team.id, channel.id, root.ts, null)
    await first.stop()
    ann.says(root, 'and in the thread?', { unheard: true })
    ann.says(secret, `<@${fake.team.bot.user}> hush`, { unheard: true })
    ann.says('dm', 'just us', { unheard: true })
    ann.says(elsewhere, 'not for Parley', { unheard: true })
    const second = await process()
    expect(second.texts()).toEqual(
      expect.arrayContaining(['and in the thread?', expect.stringContaining('hush'), 'just us']),
    )
    expect(second.texts()).not.toContain('not for Parley')
    expect(second.events.find(({ text }) => text === 'and in the thread?')).toMatchObject({
      thread_ts: root.ts,
      channel: channel.id,
      channel_type: 'channel',
    })
    expect(refused()).toEqual([])
    await second.stop()
  })

  it('missing scopes cost what they are for, and are named', async () => {
    const ann = fake.team.person({ name: 'Ann' })
    const channel = fake.team.channel()
    const secret = fake.team.channel({ private: true })
    const first = await process()
    first.catchUp.heard(fake.team.id, channel.id, ann.says(channel, 'before').ts, null)
    await first.stop()
    ann.says(secret, 'hidden', { unheard: true })
    ann.says(channel, 'open', { unheard: true })
    fake.team.withhold('im:read', 'groups:history')
    const second = await process()
    expect(second.texts()).toContain('open')
    expect(second.texts()).not.toContain('hidden')
    expect(second.lines.join()).toContain('im:read is missing')
    expect(second.lines.join()).toContain('groups:history is missing')
    await second.stop()
  })

  it('an edited question in the gap comes as the edit that it was', async () => {
    const ann = fake.team.person({ name: 'Ann' })
    const channel = fake.team.channel()
    const first = await process()
    const question = ann.says(channel, `<@${fake.team.bot.user}> six?`)
    first.catchUp.heard(fake.team.id, channel.id, question.ts, null)
    await first.stop()
    ann.edits(question, `<@${fake.team.bot.user}> seven?`)
    const second = await process()
    expect(second.events.find(({ subtype }) => subtype === 'message_changed')).toMatchObject({
      message: { ts: question.ts, text: expect.stringContaining('seven?') },
    })
    await second.stop()
  })
})
