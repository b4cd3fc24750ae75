import type { Delivered } from '../reply/delivery.ts'

/**
 * Whether it can be seen now; false when there is no place for it any more. Throws when the platform was merely out
 * of reach: the inbox then tries the whole claim again later.
 */
export function shownOrLater(delivered: Delivered): boolean {
  if (delivered.kind === 'shown') return true
  const { why } = delivered
  if (why.kind === 'limited' || why.kind === 'failed') {
    throw new Error(`the platform could not be reached to show it: ${why.kind}`, { cause: why })
  }
  return false
}
