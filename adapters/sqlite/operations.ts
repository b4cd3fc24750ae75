import type { DatabaseSync } from 'node:sqlite'
import { admissionOperations } from './admission.ts'
import { amendmentOperations } from './amendment.ts'
import { claimingOperations } from './claiming.ts'
import { inspectionOperations } from './inspection.ts'
import { kvOperations } from './kv.ts'
import { ownerOperations } from './owners.ts'
import { purgeOperations } from './purge.ts'
import { settlingOperations } from './settling.ts'
import { spendingOperations } from './spending.ts'

/** Everything the database thread can do. Each runs inside a transaction; inputs and results are plain data. */
export function operations(db: DatabaseSync) {
  const kv = kvOperations(db)
  const spending = spendingOperations(db)
  return {
    ...admissionOperations(db),
    ...amendmentOperations(db),
    ...claimingOperations(db),
    ...settlingOperations(db, kv, spending),
    ...ownerOperations(db),
    ...purgeOperations(db),
    ...inspectionOperations(db),
    ...kv,
    ...spending,
  }
}

export type Operations = ReturnType<typeof operations>
export type OperationName = keyof Operations
export type Input<Name extends OperationName> = Parameters<Operations[Name]>[0]
export type Output<Name extends OperationName> = ReturnType<Operations[Name]>

/** Those that change nothing: alone they need no transaction and no sync. */
export const reading: ReadonlySet<OperationName> = new Set([
  'depth',
  'inspect',
  'others',
  'kvGet',
  'kvPage',
  'spent',
] as const satisfies readonly OperationName[])
