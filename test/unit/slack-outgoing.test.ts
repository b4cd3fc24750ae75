import { text } from 'node:stream/consumers'
import { Keyv } from 'keyv'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSlackPlatform } from '../../adapters/slack/platform.ts'
import { createResponseUrls } from '../../adapters/slack/response-url.ts'
import { createWays } from '../../adapters/slack/ways.ts'
import { createWire } from '../../adapters/slack/wire.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'
import { how, part, signal, writing } from './slack-desk.ts'

/** The platform as it is, towards the whole fake: what people see at last. */
describe('What goes out to Slack, as people see it', () => {
  let fake: SlackFake
  let now = 0
  beforeEach(async () => {
    now = Date.now()
    fake = await startSlackFake({ limits: 'none', now: () => now })
  })
  afterEach(() => fake.close())

  function stage() {
    const clock = { ...systemClock(), now: () => now }
    const log = pino({ level: 'silent' })
    const { team, apiUrl } = fake
    const installation = {
      team: team.id,
      enterprise: null,
      token: team.botToken,
      botUser: team.bot.user,
      botId: team.bot.bot,
      app: fake.app.id,
      teamName: team.name,
      scopes: [],
    }
    const installations = { known: () => installation, of: async () => installation }
    return createSlackPlatform({
      wire: createWire({ installations, apiUrl, clock, log }),
      responses: createResponseUrls({ apiUrl, clock }),
      ways: createWays(clock, () => 'auto'),
      installations,
      apiUrl,
      store: new Keyv(),
      clock,
      log,
      intake: () => ({ paced: (_, call) => call() }),
      over: signal,
      start: async () => undefined,
      stop: async () => undefined,
    })
  }
  function asked(where: 'dm' | 'channel') {
    const ada = fake.team.person({ name: 'Ada' })
    const channel = where === 'dm' ? ada.dm : fake.team.channel({ name: 'general' })
    const question = ada.says(channel, 'How?')
    const place: Place = {
      conversation: { platform: 'slack', workspace: fake.team.id, channel: channel.id, thread: question.ts },
      root: null,
      direct: where === 'dm',
    }
    return { ada, channel, question, place }
  }
  const refOf = (outcome: Outcome): MessageRef => {
    if (outcome.kind !== 'sent') throw new Error(JSON.stringify(outcome))
    return outcome.ref
  }
  const shown = (ref: MessageRef) => fake.message({ channel: ref.channel, ts: ref.id })

  it('writes by edits in a thread, with buttons at the end', async () => {
    const platform = stage()
    const { place, question } = asked('channel')
    const ref = refOf(await platform.send(place, writing('One', { controls: ['stop'] }), how()))
    expect(shown(ref)?.buttons.map(({ text }) => text)).toEqual(['Stop'])
    refOf(
      await platform.edit(place, ref, part('One **two**', { controls: ['regenerate', 'thumbs'] }), signal),
    )
    expect(shown(ref)).toMatchObject({ text: 'One **two**', thread: question.ts, feedback: true })
    expect(shown(ref)?.buttons.map(({ text }) => text)).toEqual(['Regenerate'])
  })

  it('streams in direct messages, with the buttons at the end', async () => {
    const platform = stage()
    const { place, channel, question } = asked('dm')
    await platform.show(place, { kind: 'typing' }, signal)
    expect(fake.status(channel, question)).toBe('is thinking…')
    const ref = refOf(await platform.send(place, writing('One'), how({ way: 'stream' })))
    refOf(await platform.edit(place, ref, writing('One two'), signal))
    expect(shown(ref)).toMatchObject({ text: 'One two', isStreaming: true })
    refOf(
      await platform.edit(place, ref, part('One two three', { controls: ['regenerate', 'thumbs'] }), signal),
    )
    expect(shown(ref)).toMatchObject({ text: 'One two three', isStreaming: false, feedback: true })
  })

  it('finishes by an edit what was streamed before a restart', async () => {
    const { place } = asked('dm')
    const ref = refOf(await stage().send(place, writing('One'), how({ way: 'stream' })))
    const platform = stage()
    const whole = () => platform.edit(place, ref, part('One two'), signal)
    expect(await whole()).toEqual({ kind: 'other_way' })
    expect(await whole()).toEqual({ kind: 'other_way' })
    refOf(await whole())
    expect(shown(ref)).toMatchObject({ text: 'One two', isStreaming: false })
  })

  it('finishes by an edit what Slack has ended', async () => {
    const platform = stage()
    const { place } = asked('dm')
    const ref = refOf(await platform.send(place, writing('One'), how({ way: 'stream' })))
    now += 6 * 60_000
    const whole = () => platform.edit(place, ref, part('One two'), signal)
    expect(await whole()).toEqual({ kind: 'other_way' })
    refOf(await whole())
    expect(shown(ref)).toMatchObject({ text: 'One two' })
  })

  it.each(['dm', 'channel'] as const)('takes 9,000 bytes in one message (%s)', async (where) => {
    const platform = stage()
    const { place } = asked(where)
    const whole = '語'.repeat(3_000)
    const [way] = platform.ways(place)
    const ref = refOf(await platform.send(place, writing(whole.slice(0, 10)), how(way ? { way } : {})))
    refOf(await platform.edit(place, ref, part(whole, { controls: ['regenerate', 'thumbs'] }), signal))
    expect(shown(ref)?.text).toBe(whole)
  })

  it.each(['dm', 'channel'] as const)('finds a message whose reply was lost (%s)', async (where) => {
    const platform = stage()
    const { place } = asked(where)
    const [way] = platform.ways(place)
    const since = now
    fake.faults.next({ method: /^chat\.(startStream|postMessage)$/ }, 'lose the reply')
    const lost = await platform.send(place, writing('Hello there'), how(way ? { way } : {}))
    expect(lost.kind).toBe('unknown')
    const found = await platform.find(
      { nonce: 'n0', index: 0, since, markdown: 'Hello there' },
      place,
      signal,
    )
    if (found === null || found === 'unknown') throw new Error(String(found))
    expect(shown(found)?.text).toBe('Hello there')
    const none = { nonce: 'n9', index: 0, since, markdown: 'Something else' }
    expect(await platform.find(none, place, signal)).toBe(null)
  })

  it('shows words for one person to that person alone', async () => {
    const platform = stage()
    const { ada, place, channel, question } = asked('channel')
    const texts = (as?: typeof ada) =>
      fake.visible(channel, { thread: 'all', ...(as ? { as } : {}) }).map(({ text }) => text)
    // In a thread that nobody has begun Slack shows it to nobody.
    const root = { channel: channel.id, id: question.ts }
    await platform.send({ ...place, replyTo: root }, part('psst'), how({ privateTo: ada.id }))
    expect(texts()).toEqual(['How?'])
    expect(texts(ada)).toEqual(['How?', 'psst'])
    ada.says(question, 'And?')
    await platform.send(place, part('psst again'), how({ privateTo: ada.id }))
    expect(texts()).toEqual(['How?', 'And?'])
    expect(texts(ada)).toEqual(['How?', 'psst', 'And?', 'psst again'])
  })

  it('shows words for one person in their direct messages, where nobody else is', async () => {
    const platform = stage()
    const { ada, place, channel, question } = asked('dm')
    await platform.send(place, part('psst'), how({ privateTo: ada.id }))
    expect(fake.visible(channel, { thread: question, as: ada }).map(({ text }) => text)).toEqual([
      'How?',
      'psst',
    ])
  })

  it('puts a file into the thread', async () => {
    const platform = stage()
    const { place, channel, question } = asked('channel')
    const file = { kind: 'text' as const, name: 'answer.md', text: '# naïve' }
    refOf(await platform.send(place, part('see the file', { file }), how()))
    const thread = fake.visible(channel, { thread: question })
    const files = thread.flatMap((message) => message.files)
    expect(files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()])).toEqual([
      ['answer.md', '# naïve'],
    ])
    expect(thread.at(-1)?.text).toBe('see the file')
  })

  it('removes a message, and says so when it is gone', async () => {
    const platform = stage()
    const { place } = asked('channel')
    const ref = refOf(await platform.send(place, part('hi'), how()))
    refOf(await platform.remove(place, ref, signal))
    expect(shown(ref)).toBe(null)
    expect(await platform.edit(place, ref, part('x'), signal)).toEqual({ kind: 'gone' })
  })

  it('says what to do where Parley was taken out of the channel', async () => {
    const platform = stage()
    const { place, channel } = asked('channel')
    channel.kick()
    expect(await platform.send(place, part('hi'), how())).toMatchObject({
      kind: 'forbidden',
      why: expect.stringContaining('/invite'),
    })
  })

  it('fetches what somebody sent, also of another company', async () => {
    const platform = stage()
    const { ada, channel } = asked('channel')
    ada.says(channel, 'look', { files: [{ name: 'a.txt', bytes: Buffer.from('hello'), checkInfo: true }] })
    const [sent] = fake.visible(channel, { thread: 'all' }).flatMap((message) => message.files)
    const file = { id: `${fake.team.id}/${sent?.id}`, name: 'a.txt', type: 'text/plain', size: 5, url: null }
    expect(await text(await platform.download(file, signal))).toBe('hello')
  })
})
