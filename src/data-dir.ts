import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Config } from './config/config.ts'

/** Where Parley keeps files: beside the database; a database in memory has them where the system clears up. */
export function dataDirOf({ database: { path } }: Pick<Config, 'database'>): string {
  return path === ':memory:' ? mkdtempSync(join(tmpdir(), 'parley-')) : dirname(path)
}
