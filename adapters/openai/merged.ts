import type { StreamedEvent } from './finish.ts'

/** Neighbouring words as one event: all that read them look at them once. */
export function merged(events: readonly StreamedEvent[]): readonly StreamedEvent[] {
  const all: StreamedEvent[] = []
  for (const event of events) {
    const last = all.at(-1)
    if (last?.kind === 'text' && event.kind === 'text')
      all[all.length - 1] = { kind: 'text', delta: last.delta + event.delta }
    else if (last?.kind === 'reasoning' && event.kind === 'reasoning')
      all[all.length - 1] = { kind: 'reasoning', delta: last.delta + event.delta }
    else all.push(event)
  }
  return all
}
