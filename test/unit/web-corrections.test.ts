import { afterEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { grace, page, threadOn, uuid } from './web-pages.ts'
import { memoryStore, type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

describe('changing and taking back', () => {
  it('an edit is stored and put before the engine, each time as a new event', async () => {
    world = await webWorld()
    const { say, edit, texts } = page(world)
    await say('q1', '@Parley one')
    expect((await edit('q1', '@Parley two')).body).toMatchObject({ editedAt: expect.any(Number) })
    await edit('q1', '@Parley three')
    expect(world.heard.slice(1)).toEqual([
      expect.objectContaining({
        kind: 'edit',
        id: `edit:general:${uuid('q1')}:1`,
        text: 'two',
        place: threadOn('q1'),
      }),
      expect.objectContaining({ kind: 'edit', id: `edit:general:${uuid('q1')}:2`, text: 'three' }),
    ])
    expect(await texts()).toEqual(['@Parley three'])
  })

  it('an edit that mentions Parley for the first time is a question', async () => {
    world = await webWorld()
    const { say, edit } = page(world)
    await say('m1', 'what is a monad?')
    await edit('m1', '@Parley what is a monad?')
    expect(world.heard).toEqual([expect.objectContaining({ kind: 'message', text: 'what is a monad?' })])
    await edit('m1', '@Parley what is a functor?')
    expect(world.heard[1]).toMatchObject({ kind: 'edit', text: 'what is a functor?' })
  })

  it('a deletion is put before the engine and the message is gone for good', async () => {
    world = await webWorld()
    const { say, remove, texts } = page(world)
    await say('q1', '@Parley one')
    expect((await remove('q1')).status).toBe(204)
    expect(world.heard[1]).toMatchObject({
      kind: 'delete',
      id: `delete:general:${uuid('q1')}`,
      place: threadOn('q1'),
    })
    expect(await texts()).toEqual([])
    expect((await remove('q1')).status).toBe(404)
    expect((await say('q1', '@Parley one')).status).toBe(410)
    expect(world.heard).toHaveLength(2)
  })

  it('is for the author alone', async () => {
    world = await webWorld()
    await page(world).say('q1', '@Parley one')
    expect((await page(world, grace).edit('q1', 'two')).status).toBe(403)
    expect((await page(world, grace).remove('q1')).status).toBe(403)
    expect((await page(world).edit('q1', ' ')).status).toBe(400)
    expect((await page(world).edit('none', 'x')).status).toBe(404)
    expect(await page(world).texts()).toEqual(['@Parley one'])
  })

  it('an edit that the engine does not get stays undone, and trying again mends it', async () => {
    world = await webWorld()
    const { say, edit, texts } = page(world)
    await say('q1', '@Parley one')
    world.admission = 'full'
    expect((await edit('q1', '@Parley two')).status).toBe(503)
    expect(await texts()).toEqual(['@Parley one'])
    world.admission = 'new'
    expect((await edit('q1', '@Parley three')).status).toBe(200)
    expect(await texts()).toEqual(['@Parley three'])
    expect(world.heard.slice(1)).toEqual([expect.objectContaining({ kind: 'edit', text: 'three' })])
  })

  it('an edit that was heard but not stored is heard again when it is tried again', async () => {
    const store = memoryStore()
    let dying = false
    const set: Store['set'] = async (key, value, ttl) => {
      if (dying && JSON.stringify(value).includes('two')) throw new Error('the process died')
      return store.set(key, value, ttl)
    }
    world = await webWorld({ store: { ...store, set } })
    const { say, edit, texts } = page(world)
    await say('q1', '@Parley one')
    dying = true
    expect((await edit('q1', '@Parley two')).status).toBe(500)
    dying = false
    await edit('q1', '@Parley three')
    expect(await texts()).toEqual(['@Parley three'])
    expect(world.heard.at(-1)).toMatchObject({ kind: 'edit', text: 'three' })
  })

  it('an edit of a question that was stored but never heard puts the question before the engine too', async () => {
    world = await webWorld()
    const { say, edit } = page(world)
    world.admission = 'full'
    expect((await say('q1', '@Parley one')).status).toBe(503)
    world.admission = 'new'
    await edit('q1', '@Parley two')
    expect(world.heard).toEqual([
      expect.objectContaining({ kind: 'message', id: `message:general:${uuid('q1')}` }),
      expect.objectContaining({ kind: 'edit', text: 'two' }),
    ])
  })

  it('an edit of an old question is an edit alone: the engine may have forgotten that it knows it', async () => {
    const clock = simulatedClock()
    world = await webWorld({ clock, store: memoryStore(clock) })
    const { say, edit } = page(world)
    await say('q1', '@Parley one')
    await clock.advance(8 * 86_400_000)
    world.admissions.length = 0
    await edit('q1', '@Parley two')
    expect(world.admissions).toEqual([`edit:general:${uuid('q1')}:1 new`])
  })

  it('a command that was none takes its explanation with it', async () => {
    world = await webWorld()
    const { say, remove, texts } = page(world)
    await say('q1', '/nonsense')
    expect(await texts()).toHaveLength(2)
    await remove('q1')
    expect(await texts()).toEqual([])
  })
})
