import { afterEach, describe, expect, it } from 'vitest'
import { createChanges } from '../../adapters/web/playground/changes.ts'
import type { TurnTrace } from '../../src/observe/trace.ts'
import type { Part, Platform } from '../../src/ports/platform.ts'
import { call } from './web-http.ts'
import { ada, grace, page, uuid } from './web-pages.ts'
import { type WebWorld, webWorld } from './web-world.ts'

const signal = new AbortController().signal
const place = {
  conversation: { platform: 'web', workspace: 'local', channel: 'general', thread: '' },
  root: null,
  direct: false,
}
const part = (markdown: string, state: Part['state']): Part => ({ markdown, state, controls: ['stop'] })

async function send(platform: Platform, markdown: string, over: { nonce?: string; privateTo?: string } = {}) {
  const outcome = await platform.send(place, part(markdown, 'writing'), {
    nonce: 'n1',
    index: 0,
    signal,
    ...over,
  })
  if (outcome.kind !== 'sent') throw new Error(outcome.kind)
  return outcome.ref
}

describe('the event stream', () => {
  let world: WebWorld
  let tab: AbortController
  const open = async () => {
    world = await webWorld()
    tab = new AbortController()
  }
  afterEach(() => {
    tab.abort()
    return world.close()
  })

  it('begins with hello and tells each message, written and changed', async () => {
    await open()
    const { next } = await page(world).listen(tab.signal)
    expect(await next()).toMatchObject({ event: 'hello', data: { version: '0.1.0' } })
    await page(world, grace).say('m1', 'hi')
    expect(await next()).toMatchObject({ event: 'message', data: { id: uuid('m1'), text: 'hi' } })
    const ref = await send(world.web.platform, 'A')
    expect(await next()).toMatchObject({
      event: 'message',
      data: { text: 'A', state: 'writing', controls: ['stop'] },
    })
    await world.web.platform.edit(place, ref, part('An answer', 'writing'), signal)
    expect(await next()).toMatchObject({ event: 'message', data: { ...ref, text: 'An answer' } })
    await world.web.platform.remove(place, ref, signal)
    expect(await next()).toMatchObject({ event: 'removed', data: { ...ref, thread: null } })
  })

  it('tells activity and the trace of a turn', async () => {
    await open()
    const { next } = await page(world).listen(tab.signal)
    await next()
    await world.web.platform.show(place, { kind: 'typing' }, signal)
    expect((await next()).data).toEqual({ channel: 'general', thread: null, activity: { kind: 'typing' } })
    await world.web.platform.show(place, null, signal)
    expect((await next()).data).toEqual({ channel: 'general', thread: null, activity: null })
    const trace = { turn: 't1', platform: 'web', channel: 'general', state: 'answering' } as TurnTrace
    world.trace({ ...trace, platform: 'rest' })
    world.trace(trace)
    expect(await next()).toMatchObject({ event: 'trace', data: { turn: 't1', state: 'answering' } })
  })

  it('keeps what is private from everyone else', async () => {
    await open()
    const mine = await page(world, ada).listen(tab.signal)
    const theirs = await page(world, grace).listen(tab.signal)
    await mine.next()
    await theirs.next()
    await send(world.web.platform, 'for Ada', { privateTo: ada.id })
    await page(world).say('d1', 'direct', { channel: `direct-${ada.id}` })
    const direct = { ...place, conversation: { ...place.conversation, channel: `direct-${ada.id}` } }
    await world.web.platform.show(direct, { kind: 'typing' }, signal)
    await page(world).say('m1', 'for all')
    expect((await mine.next()).data.text).toBe('for Ada')
    expect((await mine.next()).data.text).toBe('direct')
    expect((await mine.next()).event).toBe('activity')
    expect((await mine.next()).data.text).toBe('for all')
    expect((await theirs.next()).data.text).toBe('for all')
  })

  it('tells a page that comes back what it missed, and only the last state of it', async () => {
    await open()
    const before = new AbortController()
    const first = await page(world).listen(before.signal)
    const { id } = await first.next()
    before.abort()
    const ref = await send(world.web.platform, 'A')
    for (const text of ['An', 'An ans', 'An answer'])
      await world.web.platform.edit(place, ref, part(text, 'writing'), signal)
    await page(world).say('m1', 'meanwhile')
    const { next } = await page(world).listen(tab.signal, { lastId: id ?? '' })
    expect((await next()).event).toBe('hello')
    expect((await next()).data.text).toBe('An answer')
    expect((await next()).data.text).toBe('meanwhile')
  })

  it('tells a page that comes back after a restart to look at everything again', async () => {
    await open()
    const before = new AbortController()
    const { id } = await (await page(world).listen(before.signal)).next()
    before.abort()
    await page(world).say('m1', 'before the restart')
    await world.restart()
    const { next } = await page(world).listen(tab.signal, { lastId: id ?? '' })
    await next()
    expect((await next()).event).toBe('reset')
    await page(world).say('m2', 'after')
    expect((await next()).data.text).toBe('after')
  })

  it('tells a page what happened between its first look and its first hello', async () => {
    await open()
    const { latest } = (await page(world).get('config')).body
    await page(world, grace).say('m1', 'in between')
    const { next } = await page(world).listen(tab.signal, { after: String(latest) })
    expect((await next()).event).toBe('hello')
    expect((await next()).data.text).toBe('in between')
  })

  it('wants to know whose page it is', async () => {
    await open()
    expect((await call(`${world.url}/playground/events`)).status).toBe(401)
    expect((await page(world).get('events?author=x')).status).toBe(400)
    expect((await page(world).get('events?after=x')).status).toBe(400)
  })

  it('ends when the server closes', async () => {
    await open()
    const { next } = await page(world).listen(tab.signal)
    await next()
    const ended = next().catch((error: Error) => error.message)
    await world.restart()
    expect(await ended).toMatch(/ended|terminated/)
  })
})

describe('changes', () => {
  const publish = (changes: ReturnType<typeof createChanges>, subject: string, data: unknown = subject) =>
    changes.publish({ subject, event: 'message', data, only: null })

  it('keep the latest state of each subject, in the order of change', () => {
    const changes = createChanges(100)
    for (const subject of ['a', 'b', 'a', 'c', 'a'])
      publish(changes, subject, `${subject}${changes.latest()}`)
    const missed = changes.after(100, 'x')
    expect(missed).toMatchObject({
      kind: 'changes',
      upTo: 105,
      changes: [{ data: '"b101"' }, { data: '"c103"' }, { data: '"a104"' }],
    })
  })

  it('forget the oldest beyond their bound, and say so to whoever missed it', () => {
    const changes = createChanges(0)
    for (let count = 1; count <= 2_500; count++) publish(changes, `s${count}`)
    expect(changes.after(0, 'x').kind).toBe('forgotten')
    expect(changes.after(499, 'x').kind).toBe('forgotten')
    expect(changes.after(500, 'x')).toMatchObject({ kind: 'changes', changes: { length: 2_000 } })
    expect(changes.after(9_999, 'x').kind).toBe('forgotten')
  })

  it('are bounded in characters too, and handed out in portions', () => {
    const changes = createChanges(0)
    for (let count = 1; count <= 20; count++) publish(changes, `s${count}`, 'x'.repeat(600_000))
    expect(changes.after(0, 'x').kind).toBe('forgotten')
    let cursor = 7
    let seen = 0
    for (;;) {
      const missed = changes.after(cursor, 'x')
      if (missed.kind === 'forgotten') throw new Error('forgotten')
      if (missed.changes.length === 0) break
      expect(missed.changes.length).toBeLessThanOrEqual(2)
      seen += missed.changes.length
      cursor = missed.upTo
    }
    expect(seen).toBe(13)
  })

  it('stay small while one subject changes a hundred thousand times', () => {
    const changes = createChanges(0)
    for (let count = 0; count < 100_000; count++) publish(changes, 'answer', count)
    expect(changes.after(0, 'x')).toMatchObject({ changes: [{ data: '99999' }] })
  })
})
