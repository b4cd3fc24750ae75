import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { createScratch } from '../../adapters/system/scratch.ts'
import type { Heard, Hearing } from '../../src/media/hearing.ts'
import { createReader, type ReaderDeps, type ReadingHow } from '../../src/media/reader.ts'
import { silentLog } from '../../src/observe/log.ts'
import type { FileRef } from '../../src/ports/event.ts'
import type { MediaTools } from '../../src/ports/media-tools.ts'
import type { Scratch } from '../../src/ports/scratch.ts'
import { createScriptedSenses } from '../fakes/scripted-senses.ts'

/** What a test of files needs: a reader on a real disk, with tools and ears that do as the test says. */

export const fileNamed = (name: string, more: Partial<FileRef> = {}): FileRef => ({
  id: name,
  name,
  type: null,
  size: null,
  url: null,
  ...more,
})

export const streamOf = (bytes: Uint8Array | string): ReadableStream<Uint8Array> =>
  new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)]).stream()

/** A stream in chunks of a megabyte, and how many were asked for. `first`: what it begins with. */
export function endless(first: Uint8Array = new Uint8Array()) {
  let pulled = 0
  let cancelled = false
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(pulled++ === 0 && first.length > 0 ? first : new Uint8Array(1024 * 1024).fill(65))
    },
    cancel() {
      cancelled = true
    },
  })
  return { stream, pulled: () => pulled, cancelled: () => cancelled }
}

export const heardSaying = (text: string): Heard => ({
  kind: 'heard',
  text,
  language: 'en',
  seconds: 12,
  lines: [],
})

/** Says the same of every recording, and remembers it. */
export function ears(text: string) {
  const known = new Map<string, Heard>()
  const asked: Parameters<Hearing['hear']>[] = []
  const hearing: Hearing = {
    hear: async (...call) => {
      asked.push(call)
      const heard = heardSaying(text)
      known.set(call[0].key, heard)
      return heard
    },
    before: async (key) => known.get(key) ?? null,
    correct: async (key, words) => void known.set(key, heardSaying(words)),
  }
  return { hearing, known, asked }
}

export function scratchDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'parley-media-'))
}

export function mediaDesk(
  files: Readonly<Record<string, Uint8Array | string>> | ReadingHow['download'],
  more: Partial<Omit<ReaderDeps, 'tools'>> & {
    readonly tools?: Partial<MediaTools>
    readonly signal?: AbortSignal
  } = {},
) {
  const dir = scratchDirectory()
  const fetched: string[] = []
  const reader = createReader({
    hearing: ears('Hello there.').hearing,
    scratch: createScratch(dir),
    shelf: { take: async () => null },
    clock: systemClock(),
    log: silentLog(),
    ...more,
    tools: createScriptedSenses(more.tools).tools,
  })
  const download: ReadingHow['download'] = async (file, signal) => {
    fetched.push(file.id)
    if (typeof files === 'function') return files(file, signal)
    return streamOf(files[file.id] ?? new Uint8Array())
  }
  const enter = (how: Partial<ReadingHow> = {}) => {
    const reading = reader.enter({
      download,
      platform: 'chat',
      workspace: 'w',
      payer: {
        spender: { platform: 'chat', workspace: 'w', channel: 'c', person: 'p' },
        isAccount: false,
      },
      signal: more.signal ?? new AbortController().signal,
      ...how,
    })
    onTestFinished(() => reading.close())
    return reading
  }
  return { enter, reader, fetched, dir }
}

/** For a simulated clock, which waits for no disk: takes files in and keeps nothing of them. */
export const noDisk: Scratch = {
  open: async () => ({
    path: () => 'nowhere',
    async write(_path, stream, take, signal) {
      const reader = stream.getReader()
      signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined))
      for (let size = 0; ; ) {
        const { done, value } = await reader.read()
        signal.throwIfAborted()
        if (done) return size
        take(value)
        size += value.length
      }
    },
    head: async () => new Uint8Array(),
    blob: async () => new Blob(),
    remove: async () => undefined,
    close: async () => undefined,
  }),
  close: async () => undefined,
}

/** What was said of the files that were left out. */
export const skippedIn = (reads: readonly { readonly kind: string; readonly why?: string }[]): string[] =>
  reads.flatMap(({ why }) => why ?? [])
