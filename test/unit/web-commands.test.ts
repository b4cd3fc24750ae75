import { afterEach, describe, expect, it } from 'vitest'
import { ada, grace, page, threadOn, uuid } from './web-pages.ts'
import { type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

describe('commands', () => {
  it('a line that begins with one is one, with its words and flags', async () => {
    world = await webWorld()
    const { say } = page(world)
    await say('c1', '/ask --private What\nis it?')
    await say('c2', '@Parley /model gpt-6-luna')
    await say('c3', '/new')
    expect(world.heard).toEqual([
      expect.objectContaining({
        kind: 'command',
        id: `command:general:${uuid('c1')}`,
        name: 'ask',
        options: { private: true, prompt: 'What\nis it?' },
        message: { channel: 'general', id: uuid('c1') },
        place: threadOn('c1'),
      }),
      expect.objectContaining({ name: 'model', options: { name: 'gpt-6-luna' } }),
      expect.objectContaining({ name: 'new', options: {} }),
    ])
  })

  it('that is none gets an answer that lists what there is, which only its author sees', async () => {
    world = await webWorld()
    await page(world).say('c1', '/frobnicate now')
    await page(world).say('c1', '/frobnicate now')
    const { messages } = await page(world).read()
    expect(messages).toHaveLength(2)
    expect(messages[1]).toMatchObject({ author: { bot: true }, privateTo: ada.id })
    expect(messages[1]?.text).toContain('There is no command `/frobnicate`')
    expect(messages[1]?.text).toContain('`/ask [--private] <prompt> [<file>]`: Asks a question')
    expect(await page(world, grace).texts()).toEqual([])
    expect(world.heard).toEqual([])
  })

  it('that is edited changes the words it was called with', async () => {
    world = await webWorld()
    await page(world).say('c1', '/ask --private why?')
    await page(world).edit('c1', '/ask --private why not?')
    expect(world.heard[1]).toMatchObject({ kind: 'edit', text: 'why not?' })
  })

  it('that was mistyped becomes a question for all to see when it is mended', async () => {
    world = await webWorld()
    await page(world).say('c1', '/aks why?')
    await page(world).edit('c1', '/ask why?')
    expect(world.heard[0]).toMatchObject({ kind: 'command', name: 'ask', options: { prompt: 'why?' } })
    expect(await page(world, grace).texts()).toEqual(['/ask why?'])
  })

  it('that lacks what it needs says how it is used', async () => {
    world = await webWorld()
    await page(world).say('c1', '/ask')
    const { messages } = await page(world).read()
    expect(messages[1]?.text).toMatch(/^\/ask needs prompt\. It is used so: /)
    expect(world.heard).toEqual([])
  })

  it('that needs a message from a menu is none here, and is not offered', async () => {
    world = await webWorld()
    await page(world).say('c1', '/summarise')
    const { messages } = await page(world).read()
    expect(messages[1]?.text).toMatch(/no command `\/summarise`/)
    expect(messages[1]?.text).not.toContain('Summarises a message')
    expect(world.heard).toEqual([])
  })

  it('a path at the beginning is no command', async () => {
    world = await webWorld()
    await page(world).say('c1', '/usr/bin/env @Parley what is this?')
    expect(world.heard[0]).toMatchObject({ kind: 'message' })
  })

  it('can be called from the menu, with options by name', async () => {
    world = await webWorld()
    const { command } = page(world)
    expect((await command({ name: 'ask', options: { prompt: 'Why?', private: true } })).status).toBe(202)
    expect(world.heard[0]).toMatchObject({
      kind: 'command',
      name: 'ask',
      options: { prompt: 'Why?', private: true },
      message: null,
    })
    for (const [over, words] of [
      [{ name: 'ask' }, 'needs prompt'],
      [{ name: 'frob' }, 'There is no command'],
      [{ name: 'ask', options: { prompt: true } }, "can't take this as prompt"],
      [{ name: 'ask', options: { prompt: 'x', foo: 'x' } }, 'no option "foo"'],
      [{ name: 'ask', options: { prompt: 'x', file: uuid('none') } }, "can't take this as file"],
    ] as const)
      expect(await command(over)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining(words) },
      })
  })
})
