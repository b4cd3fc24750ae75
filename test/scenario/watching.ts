import { expect, vi } from 'vitest'
import type { House } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'

/** How long a scenario waits for what must come; it looks often, so it rarely waits long. */
export const soon = { timeout: 5_000, interval: 5 }

/** The chat's messages as people see them now. */
export const texts = (house: House): string[] => house.chat.visible().map(({ part }) => part.markdown)

export const shows = (house: House, words: string | RegExp): Promise<void> =>
  vi.waitFor(() => expect(texts(house).join('\n')).toMatch(words), soon)

export const reads = (house: House, wanted: readonly unknown[]): Promise<void> =>
  vi.waitFor(() => expect(texts(house)).toEqual(wanted), soon)

/** Until what nobody waits for, behind the answers, has had time enough: two commands went all their way meanwhile. */
export async function nothingMore(house: House): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const before = house.chat.visible().length
    await talk(house, person('zoe'), 'lobby').command('stop')
    await vi.waitFor(() => expect(house.chat.visible().length).toBeGreaterThan(before), soon)
  }
}

/** Until so many turns are over. */
export const settled = (house: House, turns: number): Promise<void> =>
  vi.waitFor(() => expect(house.traces.length).toBe(turns), soon)
