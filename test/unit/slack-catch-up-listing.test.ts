import { expect, it } from 'vitest'
import { listChannels } from '../../adapters/slack/catch-up/listing.ts'
import type { PacedCall } from '../../adapters/slack/paced-call.ts'
import type { WireRequest } from '../../adapters/slack/wire.ts'
import { installation } from './slack-catch-up-world.ts'
import { readableLog } from './slack-installations-world.ts'

const never = new AbortController().signal

it('an organisation’s channels are listed workspace by workspace, a shared one once', async () => {
  const asked: WireRequest[] = []
  const call: PacedCall = async (request) => {
    asked.push(request)
    const { method, args } = request
    const body =
      method === 'auth.teams.list'
        ? { teams: [{ id: 'T1' }, { id: 'T2' }] }
        : {
            channels: [
              { id: 'C0', is_ext_shared: true },
              { id: `C${args.team_id}`, is_private: true },
            ],
          }
    return { kind: 'done', body: body as never }
  }
  const org = { ...installation, team: 'E1', enterprise: 'E1' }
  const got = await listChannels(org, { call, log: readableLog().log, signal: never })
  expect(got).toEqual({
    kind: 'done',
    body: [
      { id: 'C0', kind: 'channel', shared: true },
      { id: 'CT1', kind: 'group', shared: false },
      { id: 'CT2', kind: 'group', shared: false },
    ],
  })
  expect(asked.map(({ team, method, args }) => [team, method, args.team_id])).toEqual([
    ['E1', 'auth.teams.list', undefined],
    ['E1', 'users.conversations', 'T1'],
    ['E1', 'users.conversations', 'T2'],
  ])
})
