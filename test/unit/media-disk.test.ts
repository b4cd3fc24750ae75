import { describe, expect, it } from 'vitest'
import { createAllowance } from '../../src/media/allowance.ts'
import { createRoom } from '../../src/media/room.ts'
import { inWorkFolder, workBytes } from '../../src/media/work-folder.ts'
import type { SoundFacts } from '../../src/ports/media-tools.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { png } from '../fakes/png.ts'
import { fileNamed, mediaDesk, noDisk, skippedIn, streamOf } from './media-desk.ts'

const MB = 1024 * 1024
const never = new AbortController().signal
const facts: SoundFacts = {
  ...{ type: 'audio/mpeg', codec: 'mp3', seconds: 600, channels: 1, rate: 44_100 },
  ...{ size: 10 * MB, hasPictures: false },
}

describe('room on disk', () => {
  it('that was waited for is held for the files still to come, when one of them ends', async () => {
    const room = createRoom({ clock: simulatedClock(), bytes: 100 * MB })
    const [one, other] = [room.enter(), room.enter()]
    await one.wait(90 * MB, never)
    const allowance = createAllowance(one)
    const [dead, alive, late] = [allowance.lay(30 * MB), allowance.lay(30 * MB), allowance.lay(30 * MB)]
    dead.end()
    expect(other.reach(80 * MB)).toBe(false)
    expect(other.reach(40 * MB)).toBe(true)
    expect([alive.take(30 * MB), late.take(30 * MB)]).toEqual(['taken', 'taken'])
    expect(late.take(1)).toBe('room')
    alive.end()
    late.end()
    expect(other.reach(100 * MB)).toBe(true)
  })

  it('is given back by a file that was larger than it said, as a whole', async () => {
    const room = createRoom({ clock: simulatedClock(), bytes: 100 })
    const allowance = createAllowance(room.enter())
    const lying = allowance.lay(0)
    expect([lying.take(60), lying.take(30), lying.take(20)]).toEqual(['taken', 'taken', 'room'])
    lying.end()
    lying.end()
    expect(room.enter().reach(100)).toBe(true)
  })

  it('is waited for without the memory that others could use meanwhile', async () => {
    const clock = simulatedClock()
    const rooms = { memory: createRoom({ clock, bytes: 1_000 }), disk: createRoom({ clock, bytes: 1_000 }) }
    const others = { memory: rooms.memory.enter(), disk: rooms.disk.enter() }
    await others.disk.wait(1_000, never)
    const desk = mediaDesk(async () => streamOf(png(1, 1)), { clock, rooms, scratch: noDisk })
    const reading = desk.enter().read([fileNamed('a.png', { size: 800 })], 'asked')
    await clock.flush()
    expect(others.memory.reach(1_000)).toBe(true)
    others.memory.leave()
    others.disk.leave()
    expect(skippedIn(await clock.run(reading))).not.toContain(expect.stringContaining('too many files'))
    expect(desk.fetched).toEqual(['a.png'])
  })

  it('is not taken past those who wait for it', async () => {
    const room = createRoom({ clock: simulatedClock(), bytes: 100 })
    const [first, second, third] = [room.enter(), room.enter(), room.enter()]
    expect(first.take(50)).toBe(true)
    const waiting = second.wait(80, never)
    expect(third.take(10)).toBe(false)
    first.leave()
    expect(await waiting).toBe(true)
    expect([third.take(10), third.take(11)]).toEqual([true, false])
  })
})

describe('what is made of a sound on its way to a model', () => {
  it('is as large as the sound where it is only cut, and as its samples where it has to be decoded', () => {
    expect(workBytes(facts)).toBe(10 * MB)
    expect(workBytes({ ...facts, codec: 'alac' })).toBeGreaterThan(10 * MB + 600 * 96_000)
    expect(workBytes({ ...facts, type: 'audio/aac', codec: 'aac' })).toBeGreaterThan(600 * 96_000)
  })

  it('has its room on disk for as long as it lies there, and a folder that goes with it', async () => {
    const room = createRoom({ clock: simulatedClock(), bytes: 25 * MB })
    const turn = room.enter()
    turn.reach(10 * MB)
    let closed = 0
    const folder = { close: async () => void closed++ }
    const deps = {
      scratch: { ...noDisk, open: async () => ({ ...(await noDisk.open()), ...folder }) },
      disk: room,
    }
    await inWorkFolder(deps, facts, async () => {
      expect(room.enter().reach(6 * MB)).toBe(false)
      await expect(inWorkFolder(deps, facts, async () => undefined)).rejects.toThrow('too many files')
    })
    await expect(inWorkFolder(deps, facts, () => Promise.reject(new Error('No.')))).rejects.toThrow('No.')
    expect(closed).toBe(2)
    expect(room.enter().reach(15 * MB)).toBe(true)
  })

  it('that no room would ever be enough for is told so', async () => {
    const deps = { scratch: noDisk, disk: createRoom({ clock: simulatedClock() }) }
    const long = { ...facts, codec: 'alac', seconds: 6 * 3_600 }
    await expect(inWorkFolder(deps, long, async () => undefined)).rejects.toThrow('a shorter part')
  })
})
