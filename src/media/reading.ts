import { payerKey } from '../policy/day-limits.ts'
import type { FileRef } from '../ports/event.ts'
import { DownloadError, MediaError } from '../ports/failure.ts'
import type { Folder } from '../ports/scratch.ts'
import { createAllowance, type Lying } from './allowance.ts'
import { crowdedWords } from './download.ts'
import { lengthOfPage, partsOf } from './file-parts.ts'
import { heardKey } from './hearing.ts'
import { linkOf } from './image-links.ts'
import { bytesOf, type KeptLooks } from './kept-looks.ts'
import { mediaLimits } from './limits.ts'
import { type Look, lookAt } from './look.ts'
import { beyond, quoted } from './names.ts'
import type { FileRead, ReaderDeps, Reading, ReadingHow } from './reader.ts'
import { shares } from './shares.ts'
import { saysSound } from './sniff.ts'

export interface ReadingDeps extends ReaderDeps {
  readonly rooms: Required<NonNullable<ReaderDeps['rooms']>>
  readonly kept: KeptLooks
}

type As = 'asked' | 'remembered'

/** Milliseconds for a small file. A picture of an earlier message may have a dead link: each later turn would wait for it. */
const limits = { asked: 30_000, remembered: 5_000 } as const

const onShelf = 'shelf:'

/** As `Reader.enter`. */
export function enterReading(deps: ReadingDeps, how: ReadingHow): Reading {
  const { rooms, hearing, kept, log } = deps
  const memory = rooms.memory.enter()
  const disk = { asked: rooms.disk.enter(), remembered: rooms.disk.enter() }
  const allowances = { asked: createAllowance(disk.asked), remembered: createAllowance(disk.remembered) }
  /** What was found of each file, for a second reading with other limits. */
  const looks = new Map<FileRef, Promise<Look>>()
  let folder: Promise<Folder> | null = null
  /** Bytes on disk that were waited for, of files that didn't begin yet. */
  const claims = new Map<FileRef, number>()
  let held = 0
  let waited = false

  const keyOf = (file: FileRef): string => JSON.stringify([how.platform, how.workspace, file.id])

  const download: ReadingHow['download'] = async (file, signal) => {
    const link = linkOf(file)
    if (link !== null) {
      if (deps.fetchLink === undefined) throw new DownloadError('links are not fetched here')
      return deps.fetchLink(link, signal)
    }
    if (!file.id.startsWith(onShelf)) return how.download(file, signal)
    const found = await deps.shelf.take(file.id.slice(onShelf.length))
    if (found === null) throw new DownloadError('it is not kept any more')
    return found.body.stream()
  }

  /** Without fetching anything. */
  async function known(file: FileRef, as: As): Promise<Look | null> {
    const look = kept.get(keyOf(file))
    if (look !== undefined && look.kind !== 'skipped') return look
    // Who asks about a file that could not be read has it looked at once more; earlier ones are left alone.
    const unread = as === 'remembered' && look !== undefined ? look : null
    const heard = await hearing.before(
      heardKey(how, file.id),
      // An earlier file is not heard anew: what its conversation was told of it is better than nothing.
      how.language ?? (as === 'remembered' ? undefined : null),
    )
    if (heard === null || heard.text.trim() === '') return unread
    // This turn may have the money that another had not.
    return heard.unpaid && as === 'asked' ? null : { kind: 'sound', heard }
  }

  /** Waits until all turns leave room for what the senders claim; only once, while nothing is held. */
  async function fits(files: readonly FileRef[]): Promise<boolean> {
    if (waited || files.length === 0) return true
    waited = true
    const { shownBytes, bytes, turnBytes } = mediaLimits
    for (const file of files) claims.set(file, Math.min(file.size ?? bytes.picture, bytes.sound))
    const inMemory = files.reduce((sum, { size }) => sum + Math.min(size ?? shownBytes, shownBytes), 0)
    const onDisk = Math.min(
      [...claims.values()].reduce((sum, claim) => sum + claim, 0),
      turnBytes,
    )
    if (await bothFree(inMemory, onDisk)) return true
    claims.clear()
    return false
  }

  /** Nothing of the one is held while the other is waited for: others could go on with it. */
  async function bothFree(inMemory: number, onDisk: number): Promise<boolean> {
    if (!(await memory.wait(inMemory, how.signal))) return false
    if (disk.asked.take(onDisk)) return true
    memory.keep(held)
    if (!(await disk.asked.wait(onDisk, how.signal))) return false
    if (memory.take(inMemory)) return true
    disk.asked.keep(0)
    return false
  }

  async function fetched(file: FileRef, as: As, lying: Lying): Promise<Look> {
    if (as === 'remembered' && saysSound(file)) return { kind: 'skipped', why: 'it was not heard' }
    folder ??= deps.scratch.open()
    const look = await lookAt(file, {
      ...deps,
      ...how,
      tools: deps.tools.for(payerKey(how.payer)),
      download,
      lying,
      folder: await folder,
      limit: limits[as],
      deaf: as === 'remembered',
      only: linkOf(file) === null ? undefined : 'picture',
    })
    kept.set(keyOf(file), look)
    return look
  }

  async function lookOnce(file: FileRef, as: As, before: Look | null): Promise<Look> {
    const allowance = allowances[as]
    const lying = allowance.lay(claims.get(file) ?? 0)
    claims.delete(file)
    try {
      const look = before ?? (await allowance.inPlace(() => fetched(file, as, lying)))
      how.signal.throwIfAborted()
      const bytes = bytesOf(look)
      if (!memory.reach(held + bytes)) return { kind: 'skipped', why: crowdedWords }
      held += bytes
      return look
    } catch (error) {
      how.signal.throwIfAborted()
      if (error instanceof DownloadError || error instanceof MediaError) {
        return { kind: 'skipped', why: error.words }
      }
      log.error({ err: error }, 'a file could not be read')
      return { kind: 'skipped', why: 'it could not be read; the reason is in Parley’s log' }
    } finally {
      lying.end()
    }
  }

  async function begin(files: readonly FileRef[], as: As): Promise<void> {
    const found = await Promise.all(files.map(async (file) => ({ file, before: await known(file, as) })))
    const unknown = found.filter(({ before }) => before === null).map(({ file }) => file)
    const fit = as === 'remembered' || (await fits(unknown))
    for (const { file, before } of found) {
      const crowded: Look = { kind: 'skipped', why: crowdedWords }
      looks.set(file, fit || before !== null ? lookOnce(file, as, before) : Promise.resolve(crowded))
    }
  }

  return {
    async read(files, as, longest = mediaLimits.text) {
      const fresh = files.filter((file) => !looks.has(file))
      const taken = fresh.filter(() => allowances[as].takeFile())
      await begin(taken, as)
      const found = await Promise.all(
        files.flatMap((file) => {
          const look = looks.get(file)
          return look === undefined ? [] : [look.then((it) => ({ file, look: it }))]
        }),
      )
      if (as === 'asked') memory.keep(held)
      const texts = shares(
        found.map(({ look }) => lengthOf(look)),
        Math.min(longest, mediaLimits.text),
      )
      const read = found.map(({ file, look }, i): FileRead => {
        if (look.kind === 'skipped') return { ...look, file, why: `${quoted(file.name)}: ${look.why}.` }
        const heard = look.kind === 'sound' ? look.heard : null
        return { kind: 'read', file, ...partsOf(file, look, texts[i] ?? 0), heard }
      })
      const rest = files.filter((file) => !looks.has(file))
      const [first] = rest
      if (first === undefined || as === 'remembered') return read
      return [...read, { kind: 'skipped', file: first, why: beyond(rest, mediaLimits.files) }]
    },

    async close() {
      memory.leave()
      disk.asked.leave()
      disk.remembered.leave()
      // Where none could be opened there is nothing to close.
      await folder?.then((it) => it.close()).catch(() => undefined)
    },
  }
}

/** UTF-16 units of text, pictures of pages among them. */
function lengthOf(look: Look): number {
  if (look.kind === 'sound') return look.heard.text.length
  if (look.kind !== 'document') return 0
  return look.read.pages.reduce((sum, page) => sum + lengthOfPage(page), 0)
}
