import { afterEach, describe, expect, it } from 'vitest'
import { idAt } from '../../adapters/discord/catch-up/snowflake.ts'
import { threadName } from '../../adapters/discord/limits.ts'
import { readVia } from '../../adapters/discord/via.ts'
import type { Place } from '../../src/ports/event.ts'
import { bot, channel, desk, how, inChannel, messageJson, question } from './discord-desk.ts'

const signal = new AbortController().signal
const unopened: Place = {
  conversation: { ...inChannel.conversation, thread: question },
  root: { channel, id: question },
  direct: false,
}

describe('The Discord platform', () => {
  let world: Awaited<ReturnType<typeof desk>>
  const at = async (...scripts: Parameters<typeof desk>) => {
    world = await desk(...scripts)
    return world
  }
  afterEach(() => world?.close())

  describe('opening a thread', () => {
    const exists = { status: 400, body: { code: 160004, message: 'A thread has already been created' } }

    it('gives it the question’s title', async () => {
      const { platform, calls, opened } = await at({ status: 201, body: { id: question } })
      expect(await platform.openPlace(unopened, 'Why is\nthe sky blue?', signal)).toEqual({
        kind: 'open',
        place: { ...unopened, root: null },
      })
      expect(calls()).toEqual([
        {
          call: `POST /channels/${channel}/messages/${question}/threads`,
          body: { name: 'Why is the sky blue?' },
        },
      ])
      expect(opened).toMatchObject([{ id: question, kind: 'thread', parent: channel, owner: bot }])
    })

    it('takes the one that is there for its own when it opened it itself', async () => {
      const { platform, calls } = await at(exists, { body: { id: question, owner_id: bot } })
      expect((await platform.openPlace(unopened, 'A', signal)).kind).toBe('open')
      expect(calls()[1]?.call).toBe(`GET /channels/${question}`)
    })

    it('leaves somebody else’s alone', async () => {
      const { platform } = await at(exists, { body: { id: question, owner_id: '9' } })
      expect((await platform.openPlace(unopened, 'A', signal)).kind).toBe('forbidden')
    })

    it.each<[number, number, string]>([
      [403, 50013, 'forbidden'],
      [403, 50001, 'forbidden'],
      [400, 50024, 'forbidden'],
      [404, 10008, 'forbidden'],
      [401, 0, 'failed'],
      [500, 0, 'failed'],
      [429, 0, 'limited'],
    ])('takes %i with code %i for: %s', async (status, code, kind) => {
      const { platform } = await at({ status, body: { code, message: 'said Discord' } })
      expect((await platform.openPlace(unopened, 'A', signal)).kind).toBe(kind)
    })

    it('names it within Discord’s limits, whatever the title', () => {
      for (const title of ['', ' \n ', 'x'.repeat(300), '👩‍👩‍👧'.repeat(60), 'a\0b\r\nc', '\ud800']) {
        const name = threadName(title)
        expect(name.length).toBeGreaterThan(0)
        expect(name.length).toBeLessThanOrEqual(100)
        expect(name).not.toMatch(/[\p{Cc}]/u)
        expect(name.isWellFormed()).toBe(true)
      }
    })
  })

  it('renames the thread', async () => {
    const { platform, calls } = await at({ body: { id: question } })
    const place = { ...unopened, root: null }
    expect(platform.budget(place, 'rename')[0]).toMatchObject({ limit: 2, windowMs: 600_000 })
    expect((await platform.rename(place, 'Sky', signal)).kind).toBe('sent')
    expect(calls()).toEqual([{ call: `PATCH /channels/${question}`, body: { name: 'Sky', archived: false } }])
  })

  it('types in the channel, and not where Discord shows that it thinks', async () => {
    const { platform, during, calls } = await at({ status: 204 })
    expect(await platform.show(inChannel, { kind: 'typing' }, signal)).toEqual({ kind: 'done' })
    await platform.show(inChannel, { kind: 'status', text: 'reading' }, signal)
    await platform.show(inChannel, null, signal)
    await platform.show(during(), { kind: 'typing' }, signal)
    expect(calls().map(({ call }) => call)).toEqual([`POST /channels/${channel}/typing`])
  })

  it('says what typing came to, and never rejects', async () => {
    const { platform } = await at(
      { status: 429, body: { retry_after: 2 } },
      { status: 403, body: { code: 50013 } },
    )
    expect(await platform.show(inChannel, { kind: 'typing' }, signal)).toMatchObject({
      kind: 'limited',
      retryAfterMs: 2_000,
    })
    expect((await platform.show(inChannel, { kind: 'typing' }, signal)).kind).toBe('forbidden')
  })

  describe('finding a message whose send was not confirmed', () => {
    it('knows it by its nonce and its author', async () => {
      const others = [
        messageJson('9', { nonce: 'n1' }),
        messageJson('8', { nonce: 'n0', author: { id: '9' } }),
      ]
      const { platform, calls } = await at(
        { body: [...others, messageJson('7', { nonce: 'n0' })] },
        { body: others },
      )
      expect(await platform.find(how(), inChannel, signal)).toEqual({ channel, id: '7' })
      expect(await platform.find(how(), inChannel, signal)).toBeNull()
      expect(calls()[0]?.call).toBe(`GET /channels/${channel}/messages?limit=100`)
    })

    it('takes an interaction’s reply for sent once it is no longer waiting for words', async () => {
      const { platform, during } = await at(
        { body: messageJson('7', { flags: 128 }) },
        { body: messageJson('7') },
      )
      const place = during()
      expect(await platform.find(how(), place, signal)).toBeNull()
      expect(await platform.find(how(), place, signal)).toEqual({ channel, id: '7' })
    })

    it('counts follow-ups from the reply, and only from there', async () => {
      const of = (id: string, original?: string) =>
        messageJson(id, {
          interaction_metadata: {
            id: '400000000000000001',
            ...(original ? { original_response_message_id: original } : {}),
          },
        })
      const { platform, during } = await at(
        { body: [of('9', '7'), messageJson('8'), of('7')] },
        { body: [of('9', '7')] },
      )
      expect(await platform.find(how(1), during(), signal)).toEqual({ channel, id: '9' })
      await expect(platform.find(how(1), during(), signal)).rejects.toThrow(/too far/)
      await expect(platform.find(how(1), during({ private: true }), signal)).rejects.toThrow(/follow-ups/)
    })

    it('finds nothing where the channel is gone', async () => {
      const { platform, during } = await at({
        status: 404,
        body: { code: 10003, message: 'Unknown Channel' },
      })
      expect(await platform.find(how(), inChannel, signal)).toBeNull()
      expect(await platform.find(how(1), during(), signal)).toBeNull()
    })

    it('rejects when Discord does not say', async () => {
      const { platform } = await at({ status: 500 })
      await expect(platform.find(how(), inChannel, signal)).rejects.toThrow()
    })
  })

  it('counts edits of messages older than an hour apart from the others in their channel', async () => {
    const { platform, clock } = await at({})
    const written = (agoMs: number) => ({ channel, id: String(idAt(clock.now() - agoMs)) })
    const buckets = (agoMs: number) =>
      platform.budget(inChannel, 'edit', written(agoMs)).map(({ bucket }) => bucket)
    expect(buckets(50 * 60_000)).toEqual([`discord:edit:${channel}`, 'discord:global'])
    expect(buckets(61 * 60_000)).toEqual([
      `discord:old-edits:${channel}`,
      `discord:edit:${channel}`,
      'discord:global',
    ])
  })

  it('spends nothing for typing that ends by itself', async () => {
    const { platform, received } = await at({})
    expect(platform.budget(inChannel, 'clear')).toEqual([])
    expect((await platform.show(inChannel, null, signal)).kind).toBe('done')
    expect(received).toEqual([])
  })

  it('reads no note but its own', () => {
    for (const via of ['', 'x', 'null', '[]', '{}', '{"interaction":1}']) expect(readVia({ via })).toBeNull()
    expect(readVia({})).toBeNull()
  })
})
