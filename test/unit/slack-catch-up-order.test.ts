import { beforeEach, describe, expect, it } from 'vitest'
import { type CatchUpWorld, catchUpWorld } from './slack-catch-up-world.ts'

const minutes = 60_000

describe('after a gap, of very many channels', () => {
  let world: CatchUpWorld
  beforeEach(async () => {
    world = catchUpWorld()
    for (let each = 0; each < 60; each++) world.channel(`C${each}`, { is_channel: true })
    for (let each = 0; each < 10; each++) world.channel(`D${each}`, { is_im: true })
  })

  /** A process that stands, with nothing missing, after people talked with Parley there. */
  async function standing(...channels: string[]) {
    const process = world.process()
    await world.clock.run(process.catchUp.run())
    for (const channel of channels) {
      process.live(channel, '<@UBOT> hello')
      await world.clock.advance(1_000)
    }
    await world.clock.advance(minutes)
    world.asked.length = 0
    return process
  }
  const looked = () => world.calls('conversations.history').map(({ args }) => `${args.channel}`)

  it('those come first in which people talked with Parley last, and direct messages have their share', async () => {
    const { catchUp } = await standing('C50', 'D9', 'C40', 'C30')
    await world.clock.run(catchUp.run(1_000))
    const order = looked()
    expect(order.slice(0, 3)).toEqual(['C30', 'C40', 'D9'])
    expect(order.slice(0, 6)).toContain('C50')
    expect(order.slice(0, 20).filter((id) => id.startsWith('D')).length).toBeGreaterThanOrEqual(8)
    expect(new Set(order).size).toBe(70)
    expect(order).toHaveLength(70)
  })

  it('another gap meanwhile begins with the likely ones, and goes on where it was with the others', async () => {
    const { catchUp } = await standing('C50', 'C40')
    const first = catchUp.run(1_000)
    await world.clock.advance(315)
    const before = looked()
    expect(before.length).toBeGreaterThan(25)
    expect(before.length).toBeLessThan(40)
    expect(before.slice(0, 2)).toEqual(['C40', 'C50'])
    world.asked.length = 0
    world.say('C40', '<@UBOT> missed')
    world.say('C59', '<@UBOT> missed in the last one')
    const second = catchUp.run(1_000)
    await world.clock.advance(100)
    expect(world.texts()).toContain('<@UBOT> missed')
    await world.clock.run(Promise.all([first, second]))
    const after = looked()
    const others = after.filter((id) => id.startsWith('C') && !['C50', 'C40'].includes(id))
    const isNew = others.map((id) => !before.includes(id))
    // But for the one that was being looked through then.
    expect(isNew.lastIndexOf(true)).toBeLessThanOrEqual(isNew.filter(Boolean).length)
    // All of them were missing once more.
    expect(new Set(after).size).toBe(70)
    expect(world.texts()).toContain('<@UBOT> missed in the last one')
  })

  it('the likely ones of another gap wait for no call of the first that waits for its turn', async () => {
    const { catchUp } = await standing('C50')
    world.faults.waits = ({ args }) => (args.channel === 'C5' ? minutes : 10)
    void catchUp.run(1_000)
    await world.clock.advance(1_000)
    expect(looked().at(-1)).toBe('C5')
    world.say('C50', '<@UBOT> missed')
    void catchUp.run(1_000)
    await world.clock.advance(100)
    expect(world.texts()).toEqual(['<@UBOT> missed'])
    expect(world.lines.join()).not.toContain('could not be fetched')
  })

  it('however often the connection drops, none is left out', async () => {
    const { catchUp } = await standing('C50', 'C40', 'D3')
    world.say('C59', '<@UBOT> missed in the last one')
    for (let drops = 0; drops < 20; drops++) {
      void catchUp.run(1_000)
      await world.clock.advance(100)
    }
    expect(world.texts()).toEqual(['<@UBOT> missed in the last one'])
    expect(new Set(looked()).size).toBe(70)
  })
})
