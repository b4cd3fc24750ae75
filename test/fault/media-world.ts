import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createMediaTools } from '../../adapters/media/media-tools.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { createScratch } from '../../adapters/system/scratch.ts'
import { createHearing } from '../../src/media/hearing.ts'
import { createReader, type FileRead } from '../../src/media/reader.ts'
import { createRoom } from '../../src/media/room.ts'
import type { Buying } from '../../src/policy/buying.ts'
import type { FileRef } from '../../src/ports/event.ts'
import type { TranscribeRequest } from '../../src/ports/model.ts'
import { createScriptedSenses } from '../fakes/scripted-senses.ts'

/** A file as somebody sends it. */
export interface Sample {
  readonly name: string
  readonly body:
    | Uint8Array
    | string
    | (() => ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>)
  readonly type?: string
  /** What the platform says of its size. */
  readonly claims?: number
}

const all = { kind: 'bought', settle: async () => undefined, release: async () => undefined } as const
const buying: Buying = { open: async () => all }

/** The program's own parts that read files, with real processes on a real disk; only money and models are made up. */
export function readingWorld() {
  const dir = mkdtempSync(join(tmpdir(), 'parley-hazards-'))
  const clock = systemClock()
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  const tools = createMediaTools({ clock, log })
  const kept = new Map<string, unknown>()
  const sent: TranscribeRequest[] = []
  const { transcriber } = createScriptedSenses()
  const store = {
    get: async <T>(key: string) => kept.get(key) as T | undefined,
    getMany: async () => [],
    set: async (key: string, value: unknown) => !!kept.set(key, value),
    delete: async (key: string) => kept.delete(key),
    deleteMany: async () => true,
  }
  const scratch = createScratch(dir)
  const hearing = createHearing({
    transcriber: {
      transcribe(request, signal) {
        sent.push(request)
        return transcriber.transcribe(request, signal)
      },
    },
    ...{
      tools,
      scratch,
      store,
      disk: createRoom({ clock }),
      buying,
      clock,
      log,
      model: 'm',
      keepMs: 1_000,
      language: null,
      minutes: 120,
    },
  })
  const reader = createReader({
    ...{ hearing, tools, clock, log, scratch, shelf: { take: async () => null } },
  })
  let turns = 0

  return {
    lines,
    /** What went to the model that listens. */
    sent,
    /** What of one turn's files became. */
    async read(
      samples: readonly Sample[],
      signal = new AbortController().signal,
    ): Promise<readonly FileRead[]> {
      // Each turn's files are others: nothing is known of them.
      const workspace = `w${++turns}`
      const reading = reader.enter({
        download: (file) => bodyOf(samples[Number(file.id)]!),
        payer: { spender: { platform: 'chat', workspace, channel: 'c', person: 'p' }, isAccount: false },
        ...{ platform: 'chat', workspace, signal },
      })
      try {
        return await reading.read(
          samples.map(({ name, type = null, claims = null }, i): FileRef => {
            return { id: String(i), name, type, size: claims, url: null }
          }),
          'asked',
        )
      } finally {
        await reading.close()
      }
    },
    /** What lies on disk now. */
    left: (): string[] =>
      readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() || !/^\d+-/.test(entry.name))
        .map(({ name }) => name),
    async close() {
      await tools.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function bodyOf({ body }: Sample): Promise<ReadableStream<Uint8Array>> {
  if (typeof body === 'function') return body()
  return new Blob([typeof body === 'string' ? body : new Uint8Array(body)]).stream()
}

/** A file of so many bytes that nobody holds whole: `first`, and then the same over and over. */
export function large(first: Uint8Array, bytes: number, fill = 0): () => ReadableStream<Uint8Array> {
  return () => {
    const block = new Uint8Array(1024 * 1024).fill(fill)
    let sent = 0
    return new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (sent >= bytes) return controller.close()
          const chunk =
            sent === 0 && first.length > 0 ? first : block.subarray(0, Math.min(block.length, bytes - sent))
          sent += chunk.length
          controller.enqueue(chunk)
        },
      },
      { highWaterMark: 0 },
    )
  }
}
