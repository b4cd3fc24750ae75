import { afterEach, describe, expect, it } from 'vitest'
import { idAt } from '../../adapters/discord/catch-up/snowflake.ts'
import { componentsOf } from '../../adapters/discord/components.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Place } from '../../src/ports/event.ts'
import { channel, desk, how, inChannel, messageJson, part, question } from './discord-desk.ts'
import { wholeDiscord } from './discord-whole.ts'

const signal = new AbortController().signal
const minute = 60_000
const inThread: Place = { ...inChannel, conversation: { ...inChannel.conversation, thread: question } }
const beside: Place = { ...inChannel, replyTo: { channel, id: question } }
const replies = { message_reference: { message_id: question } }
const elsewhere = { message_reference: { message_id: '9' } }
const ended = { components: componentsOf(['regenerate', 'thumbs'], inThread.conversation) }
const writing = { components: componentsOf(['stop'], inThread.conversation) }

describe('A message whose nonce Discord may have forgotten', () => {
  let world: Awaited<ReturnType<typeof desk>>
  afterEach(() => world.close())

  const found = (place: Place, index: number, more: object = {}) =>
    world.platform.find({ ...how(index), since: world.clock.now() - 20 * minute, ...more }, place, signal)

  it.each<[string, Place, number, [number, object][], 'it' | null | 'unknown']>([
    ['its nonce', inThread, 0, [[19, { nonce: 'n0' }]], 'it'],
    ['an empty history, which may not be ours to read', inThread, 0, [], 'unknown'],
    ['others having written', inThread, 0, [[19, { author: { id: '9' } }]], null],
    ['ours being older', inThread, 0, [[30, {}]], null],
    ['ours being known', inThread, 1, [[19, { id: '77' }]], null],
    ['ours replying to others', inThread, 0, [[19, elsewhere]], null],
    ['ours being a command’s reply', inThread, 0, [[19, { interaction_metadata: { id: '8' } }]], null],
    ['ours carrying another nonce', inThread, 0, [[1, { nonce: 'x' }]], null],
    [
      'the one with the conversation’s Stop button',
      inThread,
      2,
      [
        [19, {}],
        [18, writing],
      ],
      'it',
    ],
    ['an answer that may be an earlier one', inThread, 0, [[19.9, ended]], 'unknown'],
    [
      'two with such a button',
      inThread,
      0,
      [
        [19, writing],
        [18, writing],
      ],
      'unknown',
    ],
    ['ours that may be something else', inThread, 0, [[19, {}]], 'unknown'],
    [
      'the reply to its question',
      beside,
      0,
      [
        [19, {}],
        [18, replies],
      ],
      'it',
    ],
    [
      'no reply to its question',
      beside,
      0,
      [
        [19, {}],
        [18, elsewhere],
      ],
      null,
    ],
    ['ours that may follow the reply', beside, 1, [[19, {}]], 'unknown'],
    [
      'a crowd since',
      inThread,
      0,
      Array.from({ length: 100 }, () => [1, { author: { id: '9' } }]),
      'unknown',
    ],
  ])('is judged by %s', async (_, place, index, stands, expected) => {
    world = await desk({ act: (_request, response) => response.end(JSON.stringify(body)) })
    const now = world.clock.now()
    const body = stands
      .map(([ago, more]) => messageJson(String(idAt(now - ago * minute)), { content: '…', ...more }))
      .reverse()
    const result = await found(place, index, { others: [{ channel, id: '77' }] })
    const it = body[0]?.id
    expect(result).toEqual(expected === 'it' ? { channel, id: it } : expected)
    expect(world.received).toHaveLength(expected === 'unknown' && stands.length === 100 ? 4 : 1)
  })

  it('is never taken for a later answer', async () => {
    world = await desk({
      act: (_request, response) =>
        response.end(JSON.stringify([messageJson(String(idAt(world.clock.now())), writing)])),
    })
    expect(await found(inThread, 1, { since: undefined })).toBe('unknown')
    expect(await found(inThread, 1)).toMatchObject({ channel })
  })

  it('is looked for beyond the first page', async () => {
    let pages = 0
    world = await desk({
      act: (request, response) => {
        pages++
        const before = /before=(\d+)/.exec(request.url ?? '')?.[1]
        const now = world.clock.now()
        const ids = Array.from({ length: before ? 2 : 100 }, (_, i) =>
          idAt(now - (before ? 200 + i : i) * 1_000),
        )
        const of = (id: bigint) => messageJson(String(id), { author: { id: '9' } })
        const body = ids.map(of)
        if (before) body[1] = messageJson(String(ids[1]), { nonce: 'n0' })
        response.end(JSON.stringify(body))
      },
    })
    expect(await found(inThread, 0)).toMatchObject({ channel })
    expect(pages).toBe(2)
  })

  it('was certainly never sent where it was begun a moment ago', async () => {
    world = await desk({ body: [messageJson(String(idAt(Date.now())))] })
    expect(await found(inThread, 0, { since: world.clock.now() - 10_000 })).toBeNull()
  })
})

it('Minutes later the answer that got no reply is found all the same, and not sent again', async () => {
  const real = systemClock()
  let ahead = 0
  const now = () => real.now() + ahead
  const world = await wholeDiscord({ now }, { clock: { ...real, now } })
  const { platform, fake, ada, channel } = world
  ada.says(channel, `<@${fake.bot.id}> why?`)
  const event = await world.next()
  if (event.kind !== 'message') throw new Error(event.kind)
  const opened = await platform.openPlace(event.place, 'why?', signal)
  if (opened.kind !== 'open') throw new Error(opened.kind)
  const since = now()
  fake.faults.next({ method: 'POST', route: /messages$/ }, 'lose the reply')
  const words = part('because', { state: 'writing', controls: ['stop'] })
  expect((await platform.send(opened.place, words, how())).kind).toBe('unknown')
  ahead = 20 * minute
  const thread = fake.threadOf({ id: event.message.id, channelId: event.message.channel })
  const [sent] = thread ? fake.visible(thread).filter(({ fromBot }) => fromBot) : []
  expect(sent?.id).toBeDefined()
  expect(await platform.find?.({ ...how(), since }, opened.place, signal)).toMatchObject({ id: sent?.id })
  expect(await platform.find?.({ ...how(), since: now() - 10_000 }, opened.place, signal)).toBeNull()
  await world.close()
})

describe('A follow-up of a command whose messages don’t say what they reply to', () => {
  const ours = { id: '500', content: 'first' }
  const found = async (messages: readonly object[], more: object = {}) => {
    const world = await desk({
      body: messages.map((message) => ({ ...messageJson('0'), ...message })),
    })
    const place = world.during({ interaction: '400' })
    const sent = { ...how(1), markdown: 'second\n', others: [{ channel, id: '500' }], ...more }
    const finding = world.platform.find?.(sent, place, signal)
    return Promise.resolve(finding).finally(() => world.close())
  }

  it.each<[string, object[], string | null]>([
    ['is known by its words', [{ id: '501', content: 'second' }, ours], '501'],
    ['is not what was said before', [ours, { id: '399', content: 'second' }], null],
    ['is not what others said', [{ id: '501', content: 'second', author: { id: '9' } }, ours], null],
    ['is not there where nobody said so', [{ id: '501', content: 'else' }, ours], null],
  ])('%s', async (_, messages, id) => {
    expect(await found(messages)).toEqual(id === null ? null : { channel, id })
  })

  it('can’t be told where it was said twice, where its words are forgotten, or where nothing is shown', async () => {
    const twice = [{ id: '502', content: 'second' }, { id: '501', content: 'second' }, ours]
    await expect(found(twice)).rejects.toThrow('more than once')
    await expect(found([ours], { markdown: undefined })).rejects.toThrow('can’t be told')
    await expect(found([])).rejects.toThrow('can’t be told')
  })
})
