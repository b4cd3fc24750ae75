import { crowdedWords } from '../media/download.ts'
import type { Hold, Room } from '../media/room.ts'
import { payerKey } from '../policy/day-limits.ts'
import type { Spender } from '../ports/ledger.ts'
import type { Folder, Scratch } from '../ports/scratch.ts'
import { Refused } from './refused.ts'

/**
 * Runs `work` with a folder for a recording that comes with a request; it is deleted afterwards. What is written there
 * counts as the files of turns do. Rejects with `Refused` (busy) where there is no room.
 */
export type Uploads = <T>(spender: Spender, work: (folder: Folder) => Promise<T>) => Promise<T>

/** Requests at once. None has more than 32 MB: all of them leave a quarter of the room on disk to the turns. */
const most = { all: 48, person: 16 }

/** Milliseconds until another try may find room. */
const againMs = 10_000

export function createUploads({
  scratch,
  disk,
}: {
  readonly scratch: Scratch
  /** The room on disk, all turns together. */
  readonly disk: Room
}): Uploads {
  /** Those that run, by whoever pays. */
  const running = new Map<string, number>()
  let all = 0

  return async (spender, work) => {
    const person = payerKey({ spender, isAccount: false })
    const own = running.get(person) ?? 0
    if (own >= most.person)
      throw busy(`${most.person} recordings of yours are being heard; wait for one of them`)
    if (all >= most.all) throw busy(crowdedWords)
    all++
    running.set(person, own + 1)
    const hold = disk.enter()
    try {
      const folder = await scratch.open()
      try {
        return await work(counted(folder, hold))
      } finally {
        await folder.close()
      }
    } finally {
      hold.leave()
      all--
      const left = (running.get(person) ?? 1) - 1
      if (left === 0) running.delete(person)
      else running.set(person, left)
    }
  }
}

function counted(folder: Folder, hold: Hold): Folder {
  let written = 0
  return {
    ...folder,
    write(path, stream, take, signal) {
      const takeIfFree = (chunk: Uint8Array): void => {
        written += chunk.length
        if (!hold.reach(written)) throw busy(crowdedWords)
        take(chunk)
      }
      return folder.write(path, stream, takeIfFree, signal)
    },
  }
}

const busy = (words: string): Refused => new Refused('busy', `file: ${words}.`, againMs)
