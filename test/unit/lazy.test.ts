import { expect, it } from 'vitest'
import { lazy } from '../../src/lazy.ts'

it('makes nothing before it is asked, and the same ever after', () => {
  let made = 0
  const thing = lazy(() => ({ number: ++made }))
  expect(made).toBe(0)
  expect(thing()).toBe(thing())
  expect(made).toBe(1)
})
