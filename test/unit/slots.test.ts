import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DraftPart } from '../../src/ports/inbox.ts'
import { createSlots } from '../../src/reply/slots.ts'

const part = (id: string): DraftPart => ({ nonce: id, ref: { channel: 'c', id } })

function slotsOf(draft: readonly DraftPart[]) {
  const saved: (readonly DraftPart[])[] = []
  const slots = createSlots({
    draft,
    nonce: (index) => `n${index}`,
    now: () => 0,
    save: async (parts) => {
      saved.push(parts)
    },
  })
  return { slots, saved }
}

describe('the messages of an answer', () => {
  it('are about to be removed before they are', async () => {
    const { slots, saved } = slotsOf([part('n0'), part('n1')])
    await slots.retire(1)
    expect(saved).toEqual([[part('n0'), { ...part('n1'), removed: true }]])
    expect([slots.count(), slots.retired()]).toEqual([1, part('n1')])
  })

  it('are removed by the next try when a former one died in the middle of it, and never edited', () => {
    const { slots } = slotsOf([part('n0'), { ...part('n1'), removed: true }, part('n2')])
    expect(slots.count()).toBe(2)
    expect([0, 1].map((index) => slots.nonce(index))).toEqual(['n0', 'n2'])
    expect(slots.retired()).toEqual(part('n1'))
  })

  it('keep the place of one that could not be removed, for whoever takes all of it back', async () => {
    const { slots } = slotsOf([part('n0'), part('n1')])
    await slots.retire(1)
    const next = slots.retired()
    if (next) slots.letGo(next, 'left')
    expect(slots.retired()).toBeNull()
    expect(slots.parts()).toEqual([part('n0'), { ...part('n1'), removed: true }])
  })

  it('never have the nonce of another, however often the text shrinks and grows between tries', () => {
    const tries = fc.array(
      fc.record({ grows: fc.nat(4), keeps: fc.nat(4), removes: fc.nat(4), sends: fc.boolean() }),
      { maxLength: 8 },
    )
    return fc.assert(
      fc.asyncProperty(tries, async (list) => {
        const used = new Set<string>()
        let draft: readonly DraftPart[] = []
        for (const { grows, keeps, removes, sends } of list) {
          const { slots } = slotsOf(draft)
          for (let index = slots.count(); index < grows; index++) {
            await slots.intend(index)
            expect(used).not.toContain(slots.nonce(index))
            used.add(slots.nonce(index))
            const ref = { channel: 'c', id: slots.nonce(index) }
            if (sends) slots.set(index, { kind: 'shown', ref, part: null })
          }
          await slots.retire(keeps)
          for (let left = removes; left > 0; left--) {
            const next = slots.retired()
            if (next) slots.letGo(next, 'removed')
          }
          draft = slots.parts()
          expect(new Set(draft.map(({ nonce }) => nonce))).toEqual(used)
        }
      }),
    )
  })
})
