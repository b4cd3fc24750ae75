import { afterEach, describe, expect, it } from 'vitest'
import { grace, page, threadOn, uuid } from './web-pages.ts'
import { type WebWorld, webWorld } from './web-world.ts'

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
})
