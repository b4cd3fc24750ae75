import { expect, it } from 'vitest'
import { createOverview } from '../../src/conversation/overview.ts'
import { type AccessRules, mayUse, mayUseIn } from '../../src/policy/access.ts'
import type { Person } from '../../src/ports/event.ts'
import { person } from '../fakes/people.ts'

const place = {
  conversation: { platform: 'slack', workspace: 'T1', channel: 'D1', thread: '' },
  root: null,
  direct: true,
}

function overviewOf(by: Person, dms = true) {
  const rules: AccessRules = { workspaces: 'any', channels: ['C1'], people: ['ada'], roles: 'any', dms }
  const payers: unknown[] = []
  const overview = createOverview({
    settings: { of: async ({ channel }) => ({ model: `model of ${channel}`, persona: 'short' }) },
    budget: {
      today: async (payer) => {
        payers.push(payer)
        return { booked: 250_000_000, limit: 1, shared: 500_000_000, until: 7 }
      },
    },
    access: ({ by, place: { conversation, direct } }) => mayUse(rules, { by, ...conversation, direct }),
    elsewhere: (by, { workspace }) => mayUseIn(rules, { by, workspace }),
  })
  return { shown: overview(place, by), payers }
}

it('shows what holds at a place, and what stands against the person’s name today', async () => {
  const { shown, payers } = overviewOf(person('ada', { account: 'E1:ada' }))
  expect(await shown).toEqual({
    model: 'model of D1',
    persona: 'short',
    direct: true,
    today: { spent: 0.25, limit: 1, shared: 0.5, until: 7 },
  })
  const spender = { platform: 'slack', workspace: 'T1', channel: 'D1', person: 'E1:ada' }
  expect(payers).toEqual([{ spender, isAccount: true }])
})

it('shows those who may ask in channels alone that they may not ask directly', async () => {
  expect(await overviewOf(person('ada'), false).shown).toMatchObject({ model: 'model of D1', direct: false })
  expect(await overviewOf(person('eve'), false).shown).toBeNull()
})

it('shows nothing to those who may not use Parley', async () => {
  const { shown, payers } = overviewOf(person('eve'))
  expect(await shown).toBeNull()
  expect(payers).toEqual([])
})
