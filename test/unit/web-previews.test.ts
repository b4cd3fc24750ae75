import { describe, expect, it } from 'vitest'
import { parley, type Stored } from '../../adapters/web/playground/message.ts'
import { createMessageLog } from '../../adapters/web/playground/message-log.ts'
import type { Store } from '../../src/ports/store.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { memoryStore } from './web-world.ts'

const ref = { channel: 'general', id: 'answer-1' }
const answer: Stored = {
  ...ref,
  thread: null,
  replies: 0,
  author: parley,
  text: '',
  at: Date.UTC(2026, 10, 20, 12),
  editedAt: null,
  state: 'writing',
  controls: [],
  files: [],
  privateTo: null,
  thumb: null,
  conversation: '',
  edits: 0,
}

/** A log on a store whose reads wait until the test lets them go. */
async function slowLog() {
  const store = memoryStore()
  const held: (() => void)[] = []
  let holding = false
  const get: Store['get'] = async (key) => {
    if (holding) await new Promise<void>((resolve) => held.push(resolve))
    return store.get(key)
  }
  const keeping = { clock: simulatedClock(), historyMs: 86_400_000 }
  const log = createMessageLog({ ...store, get }, keeping)
  await log.append(answer)
  return {
    log,
    hold: () => {
      holding = true
    },
    /** Lets reads go, the last that began first. */
    letGo: async (done: Promise<unknown>) => {
      let over = false
      const end = () => {
        over = true
      }
      done.then(end, end)
      while (!over) {
        await new Promise((resolve) => setImmediate(resolve))
        held.pop()?.()
      }
      holding = false
    },
  }
}

const half = (message: Stored): Stored => ({ ...message, text: 'half', state: 'writing' })
const whole = (message: Stored): Stored => ({ ...message, text: 'whole', state: 'done' })

describe('what is seen while an answer is written', () => {
  it('is not seen any more after the final text, however slowly it was read', async () => {
    const { log, hold, letGo } = await slowLog()
    hold()
    await letGo(Promise.all([log.preview(ref, half), log.update(ref, whole)]))
    expect(await log.find(ref)).toMatchObject({ text: 'whole', state: 'done' })
  })

  it('does not come back when the message is removed', async () => {
    const { log, hold, letGo } = await slowLog()
    hold()
    await letGo(Promise.all([log.preview(ref, half), log.remove(ref)]))
    expect(await log.find(ref)).toBeNull()
  })
})
