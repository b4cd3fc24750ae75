import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { FileRef } from '../../src/ports/event.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { Painter, PaintRequest } from '../../src/ports/model.ts'
import type { Platform } from '../../src/ports/platform.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { talk } from '../fakes/people.ts'
import { png } from '../fakes/png.ts'
import { createScriptedSenses, type ScriptedSenses } from '../fakes/scripted-senses.ts'
import { type House, openHouse, temporaryDirectory } from './house.ts'
import { settled } from './watching.ts'

const changing: Platform['can'] = {
  edit: true,
  threads: true,
  buttons: true,
  private: 'everywhere',
  changesFiles: true,
}

/** What people see: words, or the picture's size in bytes. */
const seen = (house: Pick<House, 'chat'>) =>
  house.chat.visible().map(({ part }) => {
    const { file } = part
    return file && file.kind !== 'text' ? `${file.kind} ${file.size}` : part.markdown
  })

const picture = (side: number): string => `picture ${png(side, side).length}`

/** A painter that shows a first picture, and finishes when told to. */
function slowPainter() {
  const asked: PaintRequest[] = []
  let done = Promise.withResolvers<void>()
  const painter: Painter = {
    async *paint(request, signal) {
      asked.push(request)
      yield { bytes: png(2, 2), type: 'image/png', final: false }
      const stopped = Promise.withResolvers<never>()
      stopped.promise.catch(() => undefined)
      signal.addEventListener('abort', () => stopped.reject(new ModelError('aborted', 'stopped')))
      if (signal.aborted) throw new ModelError('aborted', 'stopped')
      await Promise.race([done.promise, stopped.promise])
      yield { bytes: png(40, 40), type: 'image/png', final: true }
    },
  }
  const scripted: ScriptedSenses = { ...createScriptedSenses(), painter }
  return {
    scripted,
    asked,
    finish: () => {
      done.resolve()
      done = Promise.withResolvers()
    },
  }
}

describe('image', () => {
  it('paints the words, and nothing else is said', async () => {
    const house = await openHouse()
    await talk(house).command('image', { prompt: 'A lighthouse', size: '1536x1024' }, 't1')
    await settled(house, 1)
    expect(house.scripted.asked.paint).toEqual([
      { model: 'scripted-painter', prompt: 'A lighthouse', size: '1536x1024', images: [] },
    ])
    expect(seen(house)).toEqual([picture(4)])
    const [message] = house.chat.visible()
    expect(message?.part).toMatchObject({ markdown: '', state: 'done' })
    expect(message?.part.controls).toContain('regenerate')
    expect(message?.part.file).toMatchObject({ description: 'A lighthouse', type: 'image/png' })
    expect(house.model.requests).toEqual([])
  })

  it('works on the picture that is attached', async () => {
    const house = await openHouse()
    const bytes = png(5, 3)
    const file: FileRef = { id: 'f1', name: 'a.png', type: 'image/png', size: bytes.length, url: 'x' }
    house.chat.putFile(file, bytes)
    await talk(house).command('image', { prompt: 'Bluer', file }, 't1')
    await settled(house, 1)
    const [request] = house.scripted.asked.paint
    expect(request?.images).toHaveLength(1)
    expect(Buffer.from(request?.images?.[0]?.bytes ?? [])).toEqual(bytes)
    expect(seen(house)).toEqual([picture(4)])
  })

  it('says why where the picture can’t be had, and paints nothing', async () => {
    const house = await openHouse()
    const file: FileRef = { id: 'gone', name: 'a.png', type: 'image/png', size: 9, url: 'x' }
    await talk(house).command('image', { prompt: 'Bluer', file }, 't1')
    await settled(house, 1)
    expect(seen(house).join('\n')).toMatch(/a\.png[\s\S]*none of the attached pictures/)
    expect(house.scripted.asked.paint).toEqual([])
  })

  it('says what is wrong with a size or an empty prompt', async () => {
    const house = await openHouse()
    await talk(house).command('image', { prompt: 'A', size: 'huge' }, 't1')
    await settled(house, 1)
    await talk(house).command('image', { prompt: '  ' }, 't2')
    await settled(house, 2)
    expect(seen(house)).toEqual([
      expect.stringContaining('1024x1024'),
      expect.stringContaining('what I shall'),
    ])
    expect(house.scripted.asked.paint).toEqual([])
  })

  it('says what the budget says, and paints nothing', async () => {
    const house = await openHouse({ dayBudget: 0.000_001 })
    await talk(house).command('image', { prompt: 'A lighthouse' }, 't1')
    await settled(house, 1)
    expect(seen(house)).toEqual([expect.stringMatching(/budget|limit/i)])
    expect(house.scripted.asked.paint).toEqual([])
  })

  it('is booked each time it is painted, and nothing stays set aside', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('image', { prompt: 'A lighthouse' }, 't1')
    await settled(house, 1)
    const once = await house.database.ledger.spent({}, 0)
    expect(once.booked).toBeGreaterThan(0)
    await pia.regenerate({ channel: 'general', id: house.chat.visible()[0]?.id ?? '' }, 't1')
    await settled(house, 2)
    expect(await house.database.ledger.spent({}, 0)).toEqual({ booked: 2 * once.booked, reserved: 0 })
  })

  it('costs nothing when it was refused, and what it costs when it was stopped too late', async () => {
    const { scripted } = slowPainter()
    const house = await openHouse({ scripted, chat: createChatPlatform({ can: changing }) })
    const pia = talk(house)
    await pia.command('image', { prompt: 'A lighthouse' }, 't1')
    await vi.waitFor(() => expect(seen(house)).toEqual([picture(2)]))
    await pia.stop('t1')
    await settled(house, 1)
    expect(await house.database.ledger.spent({}, 0)).toEqual({ booked: expect.any(Number), reserved: 0 })
    expect((await house.database.ledger.spent({}, 0)).booked).toBeGreaterThan(0)

    const refusing = createScriptedSenses()
    refusing.paints(() => {
      throw new ModelError('bad_request', 'No.')
    })
    const other = await openHouse({ scripted: refusing })
    await talk(other).command('image', { prompt: 'x' }, 't1')
    await settled(other, 1)
    expect(await other.database.ledger.spent({}, 0)).toEqual({ booked: 0, reserved: 0 })
  })

  it('shows the safety system’s words, with a button to try again', async () => {
    const scripted = createScriptedSenses()
    scripted.paints(() => {
      throw new ModelError('bad_request', 'The safety rules don’t allow this picture.')
    })
    const house = await openHouse({ scripted })
    await talk(house).command('image', { prompt: 'x' }, 't1')
    await settled(house, 1)
    expect(seen(house)).toEqual([expect.stringContaining('safety rules')])
    expect(house.chat.visible()[0]?.part.controls).toContain('retry')
  })

  it('shows the picture on its way, and ends it in the same message', async () => {
    const { scripted, finish } = slowPainter()
    const house = await openHouse({ scripted, chat: createChatPlatform({ can: changing }) })
    await talk(house).command('image', { prompt: 'A lighthouse' }, 't1')
    await vi.waitFor(() => expect(seen(house)).toEqual([picture(2)]))
    expect(house.chat.visible()[0]?.part).toMatchObject({ state: 'writing', controls: ['stop'] })
    finish()
    await settled(house, 1)
    expect(seen(house)).toEqual([picture(40)])
    expect(house.chat.ledger.filter(({ call }) => call === 'send')).toHaveLength(1)
  })

  it('stops', async () => {
    const { scripted } = slowPainter()
    const house = await openHouse({ scripted, chat: createChatPlatform({ can: changing }) })
    const pia = talk(house)
    await pia.command('image', { prompt: 'A lighthouse' }, 't1')
    await vi.waitFor(() => expect(seen(house)).toEqual([picture(2)]))
    await pia.stop('t1')
    await settled(house, 1)
    expect(seen(house)).toEqual([expect.stringContaining('stopped')])
  })

  it.each([true, false])(
    'that a stop of the program interrupts ends as one picture (changesFiles %s)',
    async (changesFiles) => {
      const chat = createChatPlatform({ can: { ...changing, changesFiles } })
      const path = join(temporaryDirectory(), 'parley.db')
      const slow = slowPainter()
      const before = await openHouse({ chat, path, scripted: slow.scripted })
      await talk(before).command('image', { prompt: 'A lighthouse' }, 't1')
      await vi.waitFor(() => expect(slow.asked).toHaveLength(1))
      await before.close()
      const after = await openHouse({ chat, path })
      await settled(after, 1)
      expect(seen(after)).toEqual([picture(4)])
    },
  )

  it('whose send was lost on the way is found, and not sent again', async () => {
    const house = await openHouse()
    house.chat.fail('send', { kind: 'unknown', cause: new Error('socket hang up') })
    await talk(house).command('image', { prompt: 'A lighthouse' }, 't1')
    await settled(house, 1)
    expect(seen(house)).toEqual([picture(4)])
  })

  it.each([true, false])(
    'painted again takes the old one’s place (changesFiles %s)',
    async (changesFiles) => {
      const house = await openHouse({ chat: createChatPlatform({ can: { ...changing, changesFiles } }) })
      const pia = talk(house)
      await pia.command('image', { prompt: 'A lighthouse' }, 't1')
      await settled(house, 1)
      house.scripted.paints(() => [png(30, 30)])
      const [first] = house.chat.visible()
      await pia.regenerate({ channel: 'general', id: first?.id ?? '' }, 't1')
      await settled(house, 2)
      expect(seen(house)).toEqual([picture(30)])
      expect(house.chat.visible()[0]?.id === first?.id).toBe(changesFiles)
      expect(house.scripted.asked.paint).toHaveLength(2)
    },
  )

  it('that can’t be painted again stays, with the reason', async () => {
    const house = await openHouse({ chat: createChatPlatform({ can: changing }) })
    const pia = talk(house)
    await pia.command('image', { prompt: 'A lighthouse' }, 't1')
    await settled(house, 1)
    house.scripted.paints(() => {
      throw new ModelError('server', 'OpenAI failed to answer.')
    })
    await pia.regenerate({ channel: 'general', id: house.chat.visible()[0]?.id ?? '' }, 't1')
    await settled(house, 2)
    expect(seen(house).sort()).toEqual([expect.stringContaining('not written again'), picture(4)])
  })

  it.each([true, false])(
    'stays when painting it again is stopped (changesFiles %s)',
    async (changesFiles) => {
      const { scripted, asked, finish } = slowPainter()
      const house = await openHouse({
        scripted,
        chat: createChatPlatform({ can: { ...changing, changesFiles } }),
      })
      house.model.always(() => ['Grey.'])
      const pia = talk(house)
      await pia.command('image', { prompt: 'A lighthouse' }, 't1')
      await vi.waitFor(() => expect(asked).toHaveLength(1))
      finish()
      await settled(house, 1)
      expect(seen(house)).toEqual([picture(40)])
      await pia.regenerate({ channel: 'general', id: house.chat.visible()[0]?.id ?? '' }, 't1')
      await vi.waitFor(() => expect(asked).toHaveLength(2))
      await pia.stop('t1')
      await settled(house, 2)
      expect(seen(house).toSorted()).toEqual([expect.stringContaining('it was stopped'), picture(40)])
      await pia.say('What colour is it?', 't1')
      await settled(house, 3)
      expect(JSON.stringify(house.model.requests.at(-1)?.messages)).toContain('What you painted')
    },
  )

  it.each([true, false])(
    'stays where it is when it can’t be painted again and is not kept any more (with words: %s)',
    async (withWords) => {
      const path = join(temporaryDirectory(), 'parley.db')
      const scripted = createScriptedSenses()
      const house = await openHouse({
        ...{ path, scripted, paints: true, chat: createChatPlatform({ can: changing }) },
      })
      const pia = talk(house)
      let thread = 't1'
      if (withWords) {
        thread = (await pia.say('Paint and explain')).thread
        const reply = await house.model.next()
        reply.paint(png(4, 4))
        reply.say('A long explanation.')
        reply.end()
      } else await pia.command('image', { prompt: 'A lighthouse' }, thread)
      await settled(house, 1)
      const before = seen(house)
      const ids = house.chat.visible().map(({ id }) => id)
      expect(before).toEqual([...(withWords ? ['A long explanation.'] : []), picture(4)])
      for (const name of readdirSync(`${path}.shelf`)) rmSync(join(`${path}.shelf`, name))
      house.scripted.paints(() => {
        throw new ModelError('server', 'Down.')
      })
      house.model.always(() => {
        throw new ModelError('server', 'Down.')
      })
      await pia.regenerate({ channel: 'general', id: ids[0] ?? '' }, thread)
      await settled(house, 2)
      expect(seen(house)).toEqual([...before, expect.stringMatching(/not written again: Down/)])
      expect(
        house.chat
          .visible()
          .map(({ id }) => id)
          .slice(0, ids.length),
      ).toEqual(ids)
      // Once more the same; and in the end it works.
      await pia.regenerate({ channel: 'general', id: ids[0] ?? '' }, thread)
      await settled(house, 3)
      expect(seen(house)).toEqual([...before, expect.stringMatching(/not written again: Down/)])
      house.scripted.paints(() => [png(30, 30)])
      house.model.always(() => ['New.'])
      await pia.regenerate({ channel: 'general', id: ids[0] ?? '' }, thread)
      await settled(house, 4)
      expect(seen(house)).toEqual([withWords ? 'New.' : picture(30)])
    },
  )

  it('is seen by the model when it is asked about it', async () => {
    const house = await openHouse()
    house.model.always(() => ['It is grey.'])
    const pia = talk(house)
    await pia.command('image', { prompt: 'A lighthouse' }, 't1')
    await settled(house, 1)
    await pia.say('What colour is it?', 't1')
    await settled(house, 2)
    const parts = house.model.requests[0]?.messages.flatMap(({ role, content }) =>
      content.map((part) => [role, part.kind]),
    )
    expect(parts).toContainEqual(['user', 'image'])
    expect(parts).not.toContainEqual(['assistant', 'image'])
  })
})

describe('a model that paints while it answers', () => {
  const tools = (house: House) => house.model.requests.at(-1)?.tools

  it('has its pictures below its words, and is asked for none where that is off', async () => {
    const house = await openHouse({ paints: true, chat: createChatPlatform({ can: changing }) })
    const pia = talk(house)
    await pia.say('Paint me a lighthouse')
    const reply = await house.model.next()
    expect(tools(house)).toEqual([
      { kind: 'image_generation', model: 'scripted-painter', partials: 2, most: 4 },
    ])
    reply.paint(png(2, 2), true)
    await vi.waitFor(() => expect(seen(house)).toEqual([picture(2)]))
    reply.paint(png(40, 40))
    reply.say('Here it is.')
    reply.end()
    await settled(house, 1)
    expect(seen(house)).toEqual(['Here it is.', picture(40)])

    const off = await openHouse()
    off.model.always(() => ['No.'])
    await talk(off).say('Paint me a lighthouse')
    await settled(off, 1)
    expect(tools(off)).toBeUndefined()
  })

  it('need not say anything', async () => {
    const house = await openHouse({ paints: true })
    await talk(house).say('Paint me a lighthouse')
    const reply = await house.model.next()
    reply.paint(png(40, 40))
    reply.end()
    await settled(house, 1)
    expect(seen(house)).toEqual([picture(40)])
  })

  it('shows four pictures at most', async () => {
    const house = await openHouse({ paints: true })
    await talk(house).say('Paint me lighthouses')
    const reply = await house.model.next()
    for (let side = 10; side < 16; side++) reply.paint(png(side, side))
    reply.end()
    await settled(house, 1)
    expect(seen(house)).toEqual([
      expect.stringContaining('4 pictures at most'),
      ...[10, 11, 12, 13].map((side) => picture(side)),
    ])
  })

  it('paints as many as there is money for, is told so, and ends with words when it begins another', async () => {
    const house = await openHouse({ paints: true, dayBudget: 0.03 })
    await talk(house).say('Paint many')
    const reply = await house.model.next()
    const [tool] = tools(house) ?? []
    expect(tool?.most).toBe(1)
    for (let side = 10; side < 20; side++) reply.paint(png(side, side))
    reply.end()
    await settled(house, 1)
    expect(seen(house)).toEqual([expect.stringContaining('budget'), picture(10)])
    const { booked, reserved } = await house.database.ledger.spent({}, 0)
    expect(booked).toBeLessThanOrEqual(0.03e9)
    expect(reserved).toBe(0)
  })

  it('is paid for a picture that a Stop broke off, and not for one that surely failed', async () => {
    for (const [ending, paid] of [
      ['stop', true],
      ['fail', false],
    ] as const) {
      const house = await openHouse({ paints: true, chat: createChatPlatform({ can: changing }) })
      const pia = talk(house)
      const { thread } = await pia.say('Paint me a lighthouse')
      const reply = await house.model.next()
      reply.paint(png(2, 2), true)
      await vi.waitFor(() => expect(seen(house)).toEqual([picture(2)]))
      if (ending === 'stop') await pia.stop(thread)
      else reply.fail(new ModelError('server', 'Down.'))
      await settled(house, 1)
      const { booked, reserved } = await house.database.ledger.spent({}, 0)
      expect(booked > 0.005e9).toBe(paid)
      expect(reserved).toBe(0)
    }
  })

  it('is not offered to paint where there is no money for a picture, and answers all the same', async () => {
    const house = await openHouse({ paints: true, dayBudget: 0.01 })
    house.model.always(() => ['Sorry.'])
    await talk(house).say('Paint me a lighthouse')
    await settled(house, 1)
    expect(tools(house)).toBeUndefined()
    expect(seen(house)).toEqual(['Sorry.'])
  })
})
