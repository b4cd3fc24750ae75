import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Place } from '../../src/ports/event.ts'
import type { Part } from '../../src/ports/platform.ts'
import type { PlatformWorld } from './platform.ts'

/** What a platform promises of messages that grow by its own streaming, at places where `ways` names it. */
export function describeStreams(makeWorld: () => Promise<PlatformWorld>): void {
  describe('streaming', () => {
    let world: PlatformWorld
    let place: Place
    beforeEach(async () => {
      world = await makeWorld()
      place = world.streaming ?? world.place
    })
    afterEach(() => world.close())

    const signal = new AbortController().signal
    const streams = (): boolean => world.platform.ways?.(place).includes('stream') ?? false
    const writing = (markdown: string, stays = markdown): Part => ({
      markdown,
      stays,
      state: 'writing',
      controls: [],
    })
    const done = (markdown: string): Part => ({ markdown, state: 'done', controls: [] })

    async function begun(part: Part) {
      const how = { nonce: 'n1', index: 0, way: 'stream' as const, signal }
      const outcome = await world.platform.send(place, part, how)
      if (outcome.kind !== 'sent') throw new Error(`not sent: ${outcome.kind}`)
      return outcome.ref
    }
    const edited = async (at: Awaited<ReturnType<typeof begun>>, part: Part) =>
      (await world.platform.edit(place, at, part, signal)).kind

    it('adds to a message, closes for good what was only closed for now, and ends it', async () => {
      if (!streams()) return
      const ref = await begun(writing('Look:\n```\nab\n```', 'Look:\n```\nab'))
      expect(await edited(ref, writing('Look:\n```\nabc\n```', 'Look:\n```\nabc'))).toBe('sent')
      const whole = 'Look:\n```\nabc\n```\n\nThat is all.'
      expect(await edited(ref, done(whole))).toBe('sent')
      expect(await world.seen(place)).toEqual([whole])
    })

    it('says so where text can’t be taken back, and takes it back by the other way then', async () => {
      if (!streams()) return
      const ref = await begun(writing('It is a bird'))
      expect(await edited(ref, writing('It is a plane'))).toBe('other_way')
      expect(await edited(ref, writing('It is a plane'))).toBe('sent')
      expect(await edited(ref, done('It is a plane.'))).toBe('sent')
      expect(await world.seen(place)).toEqual(['It is a plane.'])
    })

    it('edits a message that has ended', async () => {
      if (!streams()) return
      const ref = await begun(writing('One'))
      expect(await edited(ref, done('One, two'))).toBe('sent')
      expect(await edited(ref, done('Three'))).toBe('sent')
      expect(await world.seen(place)).toEqual(['Three'])
    })

    it('names what the end of a stream spends before it has begun', () => {
      if (!streams()) return
      const { platform } = world
      expect(platform.budget(place, 'stream').length).toBeGreaterThan(0)
      expect(platform.budget(place, 'finish')).not.toEqual(platform.budget(place, 'edit'))
    })
  })
}
