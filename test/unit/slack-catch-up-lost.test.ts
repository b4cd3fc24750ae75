import { beforeEach, describe, expect, it } from 'vitest'
import { type CatchUpWorld, catchUpWorld } from './slack-catch-up-world.ts'

const minutes = 60_000

describe('an event that could not be taken in', () => {
  let world: CatchUpWorld
  let root: string
  const lose = (catchUp: { lost(body: object): void }, channel: string, ts: string, more: object = {}) =>
    catchUp.lost({ team_id: 'T1', event: { type: 'message', channel, ts, ...more } })

  async function running() {
    const process = world.process()
    await world.clock.run(process.catchUp.run())
    world.asked.length = world.heard.length = 0
    return process
  }

  beforeEach(async () => {
    world = catchUpWorld()
    for (let each = 0; each < 30; each++) world.channel(`C${each}`, { is_channel: true })
    const { live, stop } = await running()
    root = live('C7', '<@UBOT> hello')
    live('C8', '<@UBOT> hello')
    await world.clock.advance(minutes)
    await stop()
  })

  it('is looked for in its own channel alone, and in its thread', async () => {
    const { catchUp, live } = await running()
    const first = world.say('C7', 'lost')
    const second = world.say('C7', 'lost below', { thread_ts: root })
    lose(catchUp, 'C7', first)
    lose(catchUp, 'C7', second, { thread_ts: root })
    await world.clock.advance(1_000)
    live('C8', 'later')
    await world.clock.advance(2 * minutes)
    expect(world.texts()).toEqual(['lost', 'lost below'])
    expect(world.asked.map(({ method, args }) => [method, args.channel])).toEqual([
      ['conversations.history', 'C7'],
      ['conversations.replies', 'C7'],
    ])
    world.asked.length = 0
    await world.clock.run(catchUp.run(minutes))
    expect(world.calls('conversations.history')).toHaveLength(30)
  })

  it('is looked for by the next process', async () => {
    const { catchUp, live, stop } = await running()
    lose(catchUp, 'C7', world.say('C7', 'lost'))
    await world.clock.advance(25_000)
    live('C8', 'later')
    await stop()
    await world.clock.run(world.process().catchUp.run())
    expect(world.texts()).toEqual(['lost'])
  })

  it('in so many places that it may as well be everywhere, is looked for everywhere', async () => {
    const { catchUp } = await running()
    for (let each = 0; each < 30; each++)
      for (let thread = 0; thread < 10; thread++)
        lose(catchUp, `C${each}`, world.say(`C${each}`, 'lost'), { thread_ts: world.ts() })
    await world.clock.advance(5 * minutes)
    expect(world.calls('users.conversations')).toHaveLength(1)
    expect(world.texts()).toHaveLength(300)
  })

  it('may be of a channel shared with another company', async () => {
    const { catchUp } = await running()
    lose(catchUp, 'C7', world.say('C7', 'lost'))
    await world.clock.advance(2 * minutes)
    expect(world.heard[0]).toMatchObject({ is_ext_shared_channel: true })
  })

  it.each([
    'invalid_auth',
    'account_inactive',
    'token_expired',
    'ekm_access_denied',
    'team_access_not_granted',
  ])('is not given up when Slack lets nobody in for now: %s', async (error) => {
    const { catchUp } = await running()
    lose(catchUp, 'C7', world.say('C7', 'lost'))
    world.faults.call = () => error
    await world.clock.advance(10 * minutes)
    world.faults.call = () => undefined
    await world.clock.advance(2 * minutes)
    expect(world.texts()).toEqual(['lost'])
  })
})
