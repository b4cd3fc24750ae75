import type { Store } from '../../../src/ports/store.ts'
import { createTurnstile } from '../../../src/turnstile.ts'
import { Problem } from '../problem.ts'

/** What one account has attached and not sent: bounded, so that nobody fills the room of all. */
export interface Unsent {
  /** Notes the file that is about to come; rejects with a `Problem` (429) when too much waits already. */
  expect(account: string, file: { readonly id: string; readonly bytes: number }): Promise<void>
  /** It is there, or will not be. */
  came(id: string): void
}

/** Files of one account, and their bytes. */
const most = { files: 40, bytes: 320 * 1_048_576 }

/** Of a file that somebody attaches. */
export interface Upload {
  readonly account: string
  /** As announced; null = not known before the end. */
  readonly bytes: number | null
}

interface Waiting {
  readonly id: string
  readonly bytes: number
}

export function createUnsent(options: {
  readonly store: Store
  /** How long a file may wait, in milliseconds. */
  readonly waitMs: number
  /** Whether a file lies there and belongs to no message. */
  readonly waits: (id: string) => Promise<boolean>
}): Unsent {
  const { store, waits, waitMs } = options
  const inTurn = createTurnstile()
  /** Still on their way. */
  const coming = new Set<string>()

  async function expect(account: string, file: Waiting): Promise<void> {
    const key = `web:unsent:${account}`
    const noted = (await store.get<readonly Waiting[]>(key)) ?? []
    const kept = await Promise.all(noted.map(async ({ id }) => coming.has(id) || (await waits(id))))
    const waiting = [...noted.filter((_, index) => kept[index]), { id: file.id, bytes: file.bytes }]
    const bytes = waiting.reduce((sum, each) => sum + each.bytes, 0)
    if (waiting.length > most.files || bytes > most.bytes) throw tooMany()
    coming.add(file.id)
    await store.set(key, waiting, waitMs)
  }

  return {
    expect: (account, file) => inTurn(account, () => expect(account, file)),
    came: (id) => void coming.delete(id),
  }
}

const tooMany = (): Problem =>
  new Problem(
    429,
    `Too many files wait to be sent: at most ${most.files}, of ${most.bytes / 1_048_576} MB together. Send or remove some of them; what is not sent goes an hour after it was attached.`,
  )
