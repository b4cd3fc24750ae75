import { expect, it } from 'vitest'
import type { Bought, BuyingWish, Unaffordable } from '../../src/policy/buying.ts'
import { countDeals } from '../../src/policy/open-deals.ts'

const wish = {} as BuyingWish
const { signal } = new AbortController()
const refused: Unaffordable = { kind: 'refused', words: 'No.', retryAfterMs: null }

/** Whether it is idle just now. */
async function isIdle(idle: () => Promise<void>): Promise<boolean> {
  let is = false
  void idle().then(() => {
    is = true
  })
  await new Promise(setImmediate)
  return is
}

it('is idle when all that was set aside is booked or given back', async () => {
  const booked = Promise.withResolvers<void>()
  const bought: Bought = { kind: 'bought', settle: () => booked.promise, release: async () => undefined }
  const { buying, idle } = countDeals({ open: async () => bought })
  expect(await isIdle(idle)).toBe(true)
  const [one, other] = [await buying.open(wish, signal), await buying.open(wish, signal)]
  if (one.kind === 'refused' || other.kind === 'refused') throw new Error('it was bought')
  await other.release()
  expect(await isIdle(idle)).toBe(false)
  const settling = one.settle(null)
  expect(await isIdle(idle)).toBe(false)
  booked.resolve()
  await settling
  expect(await isIdle(idle)).toBe(true)
})

it('waits for the ledger’s answer, and for nothing after a refusal or a failure', async () => {
  const answers: PromiseWithResolvers<Unaffordable>[] = []
  const { buying, idle } = countDeals({
    open: () => {
      const answer = Promise.withResolvers<Unaffordable>()
      answers.push(answer)
      return answer.promise
    },
  })
  const opening = [buying.open(wish, signal), buying.open(wish, signal)]
  expect(await isIdle(idle)).toBe(false)
  answers[0]?.resolve(refused)
  answers[1]?.reject(new Error('the database is busy'))
  await expect(opening[1]).rejects.toThrow('busy')
  expect(await opening[0]).toEqual(refused)
  expect(await isIdle(idle)).toBe(true)
})

it('does not wait any longer for what can’t be booked', async () => {
  const settle = async () => {
    throw new Error('the database is busy')
  }
  const { buying, idle } = countDeals({ open: async () => ({ kind: 'bought', settle, release: settle }) })
  const one = await buying.open(wish, signal)
  if (one.kind === 'refused') throw new Error('it was bought')
  await expect(one.settle(null)).rejects.toThrow('busy')
  expect(await isIdle(idle)).toBe(true)
})
