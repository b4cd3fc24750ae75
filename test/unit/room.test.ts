import { describe, expect, it } from 'vitest'
import { createRoom } from '../../src/media/room.ts'
import { simulatedClock } from '../fakes/clock.ts'

const never = new AbortController().signal

function world() {
  const clock = simulatedClock()
  const room = createRoom({ clock, bytes: 100 })
  const granted: string[] = []
  const ask = (name: string, bytes: number, signal = never) => {
    const hold = room.enter()
    const asked = hold.wait(bytes, signal).then((fits) => {
      granted.push(`${name} ${fits}`)
      return fits
    })
    return { hold, asked }
  }
  return { clock, room, granted, ask }
}

describe('the room for files of all turns together', () => {
  it('is taken in the order of asking, also by those who want less', async () => {
    const { granted, ask } = world()
    const first = ask('first', 80)
    await first.asked
    const second = ask('second', 50)
    const third = ask('third', 10)
    first.hold.keep(60)
    await Promise.resolve()
    expect(granted).toEqual(['first true'])
    first.hold.leave()
    await Promise.all([second.asked, third.asked])
    expect(granted).toEqual(['first true', 'second true', 'third true'])
    expect(second.hold.reach(90)).toBe(true)
    expect(third.hold.reach(11)).toBe(false)
  })

  it('is not waited for without end, and whoever gives up keeps nobody behind', async () => {
    const { clock, granted, ask } = world()
    const first = ask('first', 60)
    await first.asked
    const second = ask('second', 70)
    await clock.advance(29_000)
    const third = ask('third', 40)
    expect(granted).toEqual(['first true'])
    await clock.advance(1_000)
    await Promise.all([second.asked, third.asked])
    expect(granted.toSorted()).toEqual(['first true', 'second false', 'third true'])
  })

  it('is not kept by a turn that is called off while it waits', async () => {
    const { ask } = world()
    const first = ask('first', 100)
    await first.asked
    const stop = new AbortController()
    const second = ask('second', 100, stop.signal)
    stop.abort(new Error('stopped'))
    await expect(second.asked).rejects.toThrow('stopped')
    first.hold.leave()
    const third = ask('third', 100)
    expect(await third.asked).toBe(true)
    third.hold.leave()
    third.hold.leave()
    expect(await ask('fourth', 100).asked).toBe(true)
    expect(third.hold.reach(1)).toBe(false)
  })

  it('lets in by itself what is larger than all of it', async () => {
    const { ask } = world()
    expect(await ask('large', 1_000).asked).toBe(true)
  })
})
