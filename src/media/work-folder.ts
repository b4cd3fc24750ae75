import { MediaError } from '../ports/failure.ts'
import type { SoundFacts } from '../ports/media-tools.ts'
import type { Folder, Scratch } from '../ports/scratch.ts'
import { crowdedWords } from './download.ts'
import { mediaLimits } from './limits.ts'
import type { Room } from './room.ts'
import { isKeptAsItIs } from './send-form.ts'

export interface WorkFolderDeps {
  readonly scratch: Scratch
  /** Of all turns together. */
  readonly disk: Room
}

/** Bytes of a second of sound where it is decoded, at 48 kHz and 16 bits in one channel, and as Opus, twice: whole and cut. */
const decodedBytes = 96_000
const opusBytes = 2 * 8_000

/** What is written while a sound is made ready for a model, beside the sound itself. In bytes, at most. */
export function workBytes(facts: SoundFacts): number {
  return facts.size + (isKeptAsItIs(facts) ? 0 : Math.ceil(facts.seconds * (decodedBytes + opusBytes)))
}

/**
 * Runs `work` with a folder of its own, which is deleted afterwards. Rejects with a `MediaError` where the disk has no
 * room for what is written there.
 */
export async function inWorkFolder<T>(
  { scratch, disk }: WorkFolderDeps,
  facts: SoundFacts,
  work: (folder: Folder) => Promise<T>,
): Promise<T> {
  const bytes = workBytes(facts)
  if (facts.size + bytes > mediaLimits.diskBytes) throw new MediaError('too_large', largeWords)
  const hold = disk.enter()
  try {
    // Nobody waits: the sound itself is held meanwhile, and others may wait for that.
    if (!hold.reach(bytes)) throw new MediaError('failed', crowdedWords)
    const folder = await scratch.open()
    try {
      return await work(folder)
    } finally {
      await folder.close()
    }
  } finally {
    hold.leave()
  }
}

const largeWords = 'it takes more of the disk to read it than there is for files; send a shorter part of it'
