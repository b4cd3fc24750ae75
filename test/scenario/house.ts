import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type House, type HouseOptions, openHouse as open } from '../fakes/house.ts'

export type { House }

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A house that is closed, and whose database is gone, when the test is over. */
export async function openHouse(options: Partial<HouseOptions> = {}): Promise<House> {
  const house = await open({ path: join(temporaryDirectory(), 'parley.db'), ...options })
  onTestFinished(house.close)
  return house
}
