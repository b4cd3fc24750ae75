import { beforeEach, describe, expect, it } from 'vitest'
import { type CatchUpWorld, catchUpWorld } from './slack-catch-up-world.ts'

const minutes = 60_000
const hours = 60 * minutes

describe('what was said while nobody listened', () => {
  let world: CatchUpWorld
  beforeEach(() => {
    world = catchUpWorld()
    world.channel('C1', { is_channel: true })
    world.channel('D1', { is_im: true })
  })

  /** A process that heard a message, and stopped. */
  async function earlier(channel = 'C1', thread: string | null = null): Promise<string> {
    const { catchUp, stop, live } = world.process()
    await world.clock.run(catchUp.run())
    const ts = live(channel, '<@UBOT> hello', thread === null ? {} : { thread_ts: thread })
    await world.clock.advance(1_000)
    await stop()
    return ts
  }

  async function start() {
    const process = world.process()
    await world.clock.run(process.catchUp.run())
    return process
  }

  it('at the very first start nothing is fetched', async () => {
    world.say('C1', '<@UBOT> before Parley was there')
    await start()
    expect(world.asked).toEqual([])
  })

  it('is heard after the next start, in channels and direct messages, in order, and once', async () => {
    await earlier()
    await world.clock.advance(30 * minutes)
    world.say('C1', '<@UBOT> one')
    await world.clock.advance(minutes)
    world.say('C1', 'two')
    world.say('D1', 'three')
    const { stop } = await start()
    expect(world.texts()).toEqual(['<@UBOT> one', 'two', 'three'])
    expect(world.heard[0]).toMatchObject({
      team_id: 'T1',
      api_app_id: 'A1',
      authorizations: [{ team_id: 'T1', user_id: 'UBOT', is_bot: true, is_enterprise_install: false }],
      is_ext_shared_channel: false,
      event: { type: 'message', channel: 'C1', channel_type: 'channel', user: 'U1' },
    })
    expect(world.events()[2]).toMatchObject({ channel: 'D1', channel_type: 'im' })
    await world.clock.advance(1_000)
    await stop()
    world.heard.length = 0
    await world.clock.advance(minutes)
    await start()
    expect(world.texts()).toEqual([])
  })

  it('comes from all pages', async () => {
    await earlier()
    world.pages(3)
    await world.clock.advance(minutes)
    const said = Array.from({ length: 10 }, (_, index) => `m${index}`)
    for (const text of said) {
      world.say('C1', text)
      await world.clock.advance(10)
    }
    await start()
    expect(world.texts().filter((text) => text?.startsWith('m'))).toEqual(said)
  })

  it('in threads: those that show news, and those too far back that people talk in', async () => {
    const old = world.say('C1', 'an old root')
    for (const text of ['something', 'something else']) {
      await world.clock.advance(minutes)
      world.say('C1', text)
    }
    await world.clock.advance(minutes)
    await earlier('C1', old)
    const young = world.say('C1', 'a young root')
    world.pages(2)
    await world.clock.advance(minutes)
    world.say('C1', 'x')
    world.say('C1', 'y')
    world.say('C1', 'in the old', { thread_ts: old })
    world.say('C1', '<@UBOT> in the young', { thread_ts: young })
    await start()
    expect(world.texts()).toEqual(expect.arrayContaining(['in the old', '<@UBOT> in the young']))
    expect(world.calls('conversations.replies').map(({ args }) => args.ts)).toContain(old)
  })

  it('a thread without news costs no call', async () => {
    const root = await earlier()
    await world.clock.advance(minutes)
    world.say('C1', 'x')
    await start()
    expect(world.texts()).toContain('x')
    expect(root).toBeTruthy()
    expect(world.calls('conversations.replies')).toEqual([])
  })

  it('edits and deleted roots in the gap are told', async () => {
    const asked = await earlier()
    const { live, stop } = await start()
    const other = live('C1', 'root')
    await world.clock.advance(1_000)
    await stop()
    world.heard.length = 0
    await world.clock.advance(30 * minutes)
    const at = world.ts()
    world.change('C1', asked, { text: '<@UBOT> hello again', edited: { ts: at } })
    world.change('C1', other, { text: 'This message was deleted.', subtype: 'tombstone' })
    await start()
    expect(world.events()).toMatchObject([
      { subtype: 'message_deleted', deleted_ts: other },
      { subtype: 'message_changed', ts: at, message: { ts: asked, text: '<@UBOT> hello again' } },
    ])
  })

  it('nobody waits for an answer longer than a day', async () => {
    await earlier()
    world.say('C1', '<@UBOT> too long ago')
    await world.clock.advance(25 * hours)
    world.say('C1', '<@UBOT> just now')
    await start()
    expect(world.texts()).toEqual(['<@UBOT> just now'])
  })

  it('what was said to others just before the last message heard is not taken for a question', async () => {
    const strangers = world.say('C1', 'between ourselves')
    await earlier()
    await start()
    expect(strangers).toBeTruthy()
    expect(world.texts()).not.toContain('between ourselves')
  })

  it('after a gap without a start only the gap is looked through, also where people talk already', async () => {
    await earlier()
    const { catchUp, live } = await start()
    await world.clock.advance(hours)
    world.say('C1', 'in the gap')
    await world.clock.advance(minutes)
    world.heard.length = 0
    const running = catchUp.run(2 * minutes)
    live('C1', '<@UBOT> after the gap')
    await world.clock.run(running)
    expect(world.texts()).toContain('in the gap')
  })

  it('a second gap while the first is looked through is looked through as well', async () => {
    await earlier()
    const { catchUp } = await start()
    await world.clock.advance(hours)
    const first = catchUp.run(minutes)
    await world.clock.advance(15)
    world.say('C1', 'in the second')
    const second = catchUp.run(5)
    await world.clock.run(Promise.all([first, second]))
    expect(world.texts()).toContain('in the second')
    expect(world.calls('users.conversations').length).toBeGreaterThanOrEqual(3)
  })

  it('what is fetched while there is a second gap hides nothing of it', async () => {
    const root = await earlier()
    const { catchUp } = await start()
    await world.clock.advance(hours)
    world.faults.call = ({ method, args }) => {
      if (method !== 'conversations.history' || args.channel !== 'D1') return undefined
      world.faults.call = () => undefined
      // The connections are gone again, and the channel of the thread has been looked through.
      world.say('C1', 'in the second', { thread_ts: root })
      world.say('D1', 'after it')
      return undefined
    }
    await world.clock.run(catchUp.run(minutes))
    expect(world.texts()).toContain('after it')
    expect(world.texts()).not.toContain('in the second')
    await world.clock.run(catchUp.run(1_000))
    expect(world.texts()).toContain('in the second')
  })

  it('a start that was cut off leaves to the next what it had not reached', async () => {
    await earlier()
    await world.clock.advance(minutes)
    world.say('C1', 'missed')
    const { catchUp, stop, live } = world.process()
    world.faults.call = ({ method }) => (method === 'conversations.history' ? null : undefined)
    const running = catchUp.run()
    await world.clock.advance(5 * minutes)
    live('D1', 'live')
    await world.clock.advance(1_000)
    await stop()
    await running
    world.faults.call = () => undefined
    await start()
    expect(world.texts()).toContain('missed')
  })
})

describe('while things fail', () => {
  let world: CatchUpWorld
  beforeEach(async () => {
    world = catchUpWorld()
    world.channel('C1', { is_channel: true })
    world.channel('G1', { is_private: true })
    const { catchUp, stop, live } = world.process()
    await world.clock.run(catchUp.run())
    live('C1', '<@UBOT> hello')
    await world.clock.advance(1_000)
    await stop()
    await world.clock.advance(minutes)
    for (const text of ['one', 'two', 'three']) {
      world.say('C1', text)
      await world.clock.advance(10)
    }
    world.say('G1', 'private')
  })

  it('Slack is asked again with growing pauses until it answers', async () => {
    let failures = 0
    world.faults.call = () => (failures++ < 6 ? null : undefined)
    await world.clock.run(world.process().catchUp.run())
    expect(world.texts()).toEqual(expect.arrayContaining(['one', 'two', 'three', 'private']))
    expect(world.lines.filter((line) => line.includes('againInMs')).length).toBe(6)
  })

  it('a channel that can’t be read is left out, and the log names the scope', async () => {
    world.faults.call = ({ args }) => (args.channel === 'G1' ? 'missing_scope' : undefined)
    await world.clock.run(world.process().catchUp.run())
    expect(world.texts()).toEqual(expect.arrayContaining(['one', 'two', 'three']))
    expect(world.lines.join()).toContain('groups:history is missing')
  })

  it('without the scope of one kind of channel the others are still listed', async () => {
    world.faults.call = ({ args }) => (`${args.types ?? ''}`.includes('im') ? 'missing_scope' : undefined)
    await world.clock.run(world.process().catchUp.run())
    expect(world.texts()).toEqual(expect.arrayContaining(['one', 'private']))
    expect(world.lines.join()).toContain('im:read is missing')
  })

  it('the inbox that does not take in is asked again, in order', async () => {
    let failures = 0
    world.faults.hear = (text) => text === 'two' && failures++ < 2
    await world.clock.run(world.process().catchUp.run())
    const last = world
      .texts()
      .filter((text) => text !== 'private')
      .slice(-3)
    expect(last).toEqual(['one', 'two', 'three'])
  })

  it('a message that can’t be taken in does not hold up what comes after it', async () => {
    world.faults.hear = (text) => text === 'two'
    const { catchUp, live } = world.process()
    const running = catchUp.run()
    await world.clock.advance(10 * minutes)
    expect(world.texts()).toContain('three')
    // As long as nothing else is taken in, it may be the inbox.
    expect(world.lines.join()).not.toContain('it is left out')
    for (let each = 0; each < 10; each++) {
      live('G1', '<@UBOT> and this?')
      await world.clock.advance(2 * minutes)
    }
    await world.clock.run(running)
    expect(world.lines.join()).toContain('it is left out')
  })

  it('what was delivered but could not be taken in is fetched after a while, also past later ones', async () => {
    const { catchUp, live } = world.process()
    await world.clock.run(catchUp.run())
    world.heard.length = 0
    await world.clock.advance(minutes)
    const ts = world.say('C1', 'lost')
    catchUp.lost({ team_id: 'T1', event: { type: 'message', channel: 'C1', ts } })
    await world.clock.advance(1_000)
    live('G1', 'later')
    await world.clock.advance(2 * minutes)
    expect(world.texts()).toEqual(['lost'])
  })

  it('what was lost is found by the next process, too', async () => {
    const { catchUp, live, stop } = world.process()
    await world.clock.run(catchUp.run())
    await world.clock.advance(minutes)
    const ts = world.say('C1', 'lost')
    catchUp.lost({ team_id: 'T1', event: { type: 'message', channel: 'C1', ts } })
    await world.clock.advance(20_000)
    live('G1', 'later')
    await stop()
    await world.clock.run(world.process().catchUp.run())
    expect(world.texts()).toContain('lost')
  })

  it('a store that fails at the start is waited for', async () => {
    const { get } = world.store
    let failures = 0
    world.store.get = async (key) => {
      if (failures++ < 3) throw new Error('The disk is slow')
      return get(key) as never
    }
    await world.clock.run(world.process().catchUp.run())
    expect(world.texts()).toContain('one')
  })

  it('everything ends with the signal', async () => {
    world.faults.call = () => null
    const { catchUp, stop } = world.process()
    const running = catchUp.run()
    await world.clock.advance(10 * minutes)
    await stop()
    await running
    expect(world.clock.sleepers()).toBe(0)
  })
})

it('many threads are remembered, and the store holds no more than 500', async () => {
  const world = catchUpWorld()
  world.channel('C1')
  const { catchUp, stop } = world.process()
  await world.clock.run(catchUp.run())
  for (let each = 0; each < 700; each++) catchUp.heard('T1', 'C1', world.ts(), null)
  await stop()
  const kept = world.store.map.get('slack:heard:T1') as { places: unknown[] }
  expect(kept.places).toHaveLength(500)
})
