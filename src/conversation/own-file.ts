import type { Spender } from '../ports/ledger.ts'
import { personHash } from './keys.ts'

/**
 * The id of a file that came with a request: what one caller had read or heard is neither given to another, nor decided
 * for them. `content`: the digest of its bytes, and of all else that makes another file of it.
 */
export const ownFile = (spender: Spender, content: string): string =>
  `bytes:${personHash(spender, { id: spender.person })}:${content}`
