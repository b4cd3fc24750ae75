import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { begun, step, type Turn, type TurnEvent } from '../../src/conversation/turn.ts'

const events: readonly TurnEvent[] = [
  'allowed',
  'resumed',
  'read',
  'token',
  'ended',
  'shown',
  'settled',
  'refused',
  'failed',
  'unshowable',
  'stop',
  'withdraw',
  'edit',
  'suspend',
]

const through = (...path: readonly TurnEvent[]): Turn =>
  path.reduce((turn, event) => {
    const next = step(turn, event)
    if (next === null) throw new Error(`${event} means nothing in ${turn.state}`)
    return next
  }, begun)

describe('a turn', () => {
  it('goes from the check to the commit when nobody interferes', () => {
    expect(through('allowed', 'read', 'token', 'token', 'ended', 'shown', 'settled')).toEqual({
      state: 'over',
      ending: 'answered',
    })
  })

  it('can be stopped at any time until its text is whole', () => {
    for (const path of [[], ['allowed'], ['allowed', 'read'], ['allowed', 'read', 'token']] as const) {
      expect(through(...path, 'stop')).toEqual({ state: 'finishing', ending: 'stopped' })
    }
    expect(step(through('allowed', 'read', 'token', 'ended'), 'stop')).toBeNull()
  })

  it('starts again for changed words until it is committed, and not after', () => {
    expect(through('allowed', 'read', 'token', 'ended', 'edit').ending).toBe('restarted')
    expect(step(through('allowed', 'read', 'ended', 'shown'), 'edit')).toBeNull()
  })

  it('stays withdrawn, whatever else happens', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events)), (path) => {
        let turn = begun
        let withdrawn = false
        for (const event of path) {
          const next = step(turn, event)
          if (next !== null) {
            turn = next
            withdrawn ||= event === 'withdraw'
          }
        }
        if (withdrawn) expect(turn.ending).toBe('withdrawn')
      }),
    )
  })

  it('never leaves its end', () => {
    const over = through('allowed', 'read', 'ended', 'shown', 'settled')
    for (const event of events) expect(step(over, event)).toBeNull()
  })
})
