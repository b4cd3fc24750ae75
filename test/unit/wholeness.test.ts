import { expect, it } from 'vitest'
import { Refused } from '../../src/conversation/refused.ts'
import { writeWhole } from '../../src/conversation/wholeness.ts'
import { ModelError } from '../../src/ports/failure.ts'

/** What the log says, from info on, of an answer that ended so. */
async function loggedOf(error: Error) {
  const lines: unknown[] = []
  const line = (level: string) => (fields: object) => lines.push({ level, ...fields })
  const writing = {
    write: () => Promise.reject(error),
    settleUp: async () => ({ text: '', charge: null }),
  }
  const signal = new AbortController().signal
  const running = { enough: signal, turn: { ending: null }, happen: () => true }
  const log = { info: line('info'), warn: line('warn'), debug: () => {} }
  const on = { turn: 't', answers: '', running, show: () => {}, signal, log }
  await writeWhole(writing, on as never)
  return lines
}

it('a refused question is no fault: the log says why it was refused, without a warning', async () => {
  const lines = await loggedOf(new Refused('budget', 'Your budget is used up.'))
  expect(lines).toEqual([{ level: 'info', outcome: 'refused', kind: 'budget' }])
})

it('an answer that failed is warned of', async () => {
  const lines = await loggedOf(
    new ModelError('server', 'broken', { status: 500, requestId: 'r', server: 'h:1' }),
  )
  expect(lines).toEqual([
    { level: 'warn', outcome: 'failed', kind: 'server', status: 500, server: 'h:1', requestId: 'r' },
  ])
})
