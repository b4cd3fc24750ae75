import type { RestEntry } from '../test/fakes/discord/ledger.ts'
import { createSight, type Sight } from './seen.ts'

/** Follows, request by request, what people see of each answer. */
export interface Shown extends Omit<Sight, 'note'> {
  take(entry: RestEntry): void
}

interface Body {
  readonly content?: string
  readonly message_reference?: { readonly message_id?: string }
}

/** `asked`: the question's number by the id of its message, which is also its thread's. */
export function shownBy(text: string, asked: ReadonlyMap<string, number>): Shown {
  const numbers = new Map<string, number>()
  const { note, ...sight } = createSight()

  function take(entry: RestEntry): void {
    if (!entry.carriedOut || entry.status !== 200) return
    const body = (entry.body ?? {}) as Body
    if (typeof body.content !== 'string') return
    const [, , channel = '', , message = ''] = entry.path.split('/')
    const index =
      entry.method === 'POST'
        ? asked.get(body.message_reference?.message_id ?? channel)
        : numbers.get(message)
    if (index === undefined) return
    if (entry.method === 'POST') numbers.set((entry.answer as { id: string }).id, index)
    note(index, entry.at, body.content.trim() === text)
  }

  return { take, ...sight }
}
