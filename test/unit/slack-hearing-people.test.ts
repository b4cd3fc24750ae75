import { describe, expect, it } from 'vitest'
import { message, slackHearingWorld } from './slack-hearing-world.ts'

type World = ReturnType<typeof slackHearingWorld>
const knows = (world: World, user: object) => {
  world.answers['users.info'] = async () => ({ user })
}

describe('a person on Slack', () => {
  it('has the name that they gave themselves, and is a moderator as an admin or owner', async () => {
    const world = slackHearingWorld()
    knows(world, { profile: { display_name: ' Ada\nL. ', real_name: 'Ada Lovelace' }, is_admin: true })
    await world.say('<@UBOT> hi')
    expect(world.heard[0]?.by).toMatchObject({ name: 'Ada L.', moderator: true })
  })

  it.each([
    ['of the same workspace', { team: 'T1' }, {}, {}],
    ['of nowhere, in a channel of our own', { team: undefined }, {}, {}],
    [
      'of another workspace of the organisation',
      { team: 'T5' },
      {},
      { enterprise_user: { enterprise_id: 'E1' } },
    ],
    ['named by the organisation', { user_team: 'E1' }, {}, {}],
    ['of ours in a shared channel', { user_team: 'T1' }, { is_ext_shared_channel: true }, {}],
  ])('is ours: %s', async (_, event, around, user) => {
    const world = slackHearingWorld({ enterprise: 'E1' })
    knows(world, user)
    await world.hear(message('<@UBOT> hi', event), around)
    expect(world.heard[0]?.by).toMatchObject({ foreign: false, account: 'E1:U1' })
  })

  it.each([
    ['of another team', { user_team: 'T9' }, {}, {}, 'T9'],
    ['of another team, as older events say it', { source_team: 'T9', team: 'T1' }, {}, {}, 'T9'],
    ['whom Slack calls a stranger', {}, {}, { is_stranger: true }, 'T1'],
    [
      'of nowhere, in a shared channel',
      { team: undefined },
      { is_ext_shared_channel: true },
      { team_id: 'T9' },
      'T9',
    ],
    ['an admin elsewhere', { user_team: 'T9' }, {}, { is_admin: true }, 'T9'],
  ])('is foreign: %s', async (_, event, around, user, home) => {
    const world = slackHearingWorld()
    knows(world, user)
    await world.hear(message('<@UBOT> hi', event), around)
    expect(world.heard[0]?.by).toMatchObject({ foreign: true, home, moderator: false, account: `${home}:U1` })
  })

  it('is rather asked for once more than taken for one of ours, where Slack does not say', async () => {
    const world = slackHearingWorld()
    world.answers['users.info'] = async () => Promise.reject(new Error('Slack is away'))
    const said = message('<@UBOT> hi', { team: undefined })
    await expect(world.hear(said, { is_ext_shared_channel: true })).rejects.toThrow('could not be looked up')
    knows(world, { team_id: 'T1' })
    await world.clock.advance(30_000)
    await world.hear(said, { is_ext_shared_channel: true })
    expect(world.heard[0]?.by.foreign).toBe(false)
  })

  it('is a bot where Slack says so', async () => {
    const world = slackHearingWorld()
    knows(world, { is_bot: true })
    await world.say('<@UBOT> hi')
    expect(world.heard[0]?.by.bot).toBe(true)
  })

  it('is asked for once by all who want to know, and again after an hour', async () => {
    const world = slackHearingWorld()
    knows(world, { profile: { display_name: 'Ada' } })
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => world.say('<@UBOT> <@U1>', { ts: `${i + 1}.000001` })),
    )
    expect(world.calls).toHaveLength(1)
    await world.clock.advance(3_600_000)
    await world.say('<@UBOT> hi', { ts: '50.000001' })
    await world.say('<@UBOT> hi', { ts: '51.000001' })
    expect(world.calls).toHaveLength(2)
  })

  it('has no private channel named to them', async () => {
    const world = slackHearingWorld()
    world.answers['conversations.info'] = async ({ channel }) => ({
      channel: { name: `name-of-${channel}`, is_private: channel === 'C3' },
    })
    world.answers['usergroups.list'] = async () => ({ usergroups: [{ id: 'S1', handle: 'crew' }] })
    await world.say('<@UBOT> <#C2> <#C3> <!subteam^S1>')
    expect(world.texts()).toEqual(['#name-of-C2 #private-channel @crew'])
  })
})
