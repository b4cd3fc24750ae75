import { describe, expect, it } from 'vitest'
import { ago, changed, inThread, message, slackHearingWorld } from './slack-hearing-world.ts'

const org = { team: 'E1', enterprise: 'E1' }
const forOrg = {
  enterprise_id: 'E1',
  authorizations: [{ enterprise_id: 'E1', team_id: null, is_enterprise_install: true }],
}
/** Somebody of the organisation's workspace `team_id`. */
const ofOrg = (team_id: string) => async () => ({
  user: { team_id, enterprise_user: { enterprise_id: 'E1', teams: [team_id] } },
})
const silent = () => new Promise<never>(() => undefined)
const users = (world: ReturnType<typeof slackHearingWorld>) =>
  world.calls.filter(({ method }) => method === 'users.info')

describe('what is not for Parley', () => {
  it.each([
    ['in a workspace', {}, {}],
    ['in an organisation', org, forOrg],
  ])('costs no call: replies in a thread without it, and their edits, %s', async (_, of, around) => {
    const world = slackHearingWorld(of)
    for (let i = 0; i < 130; i++) {
      const said = message('between us', { ...inThread(`${1_800_000_000 + i}.000100`), user: `U${i}` })
      await world.hear(said, around)
      await world.hear(changed({ ...said, text: 'between us two' }, said), around)
    }
    expect([world.heard, world.calls]).toEqual([[], []])
  })

  it('costs none in a channel that is one conversation', async () => {
    const world = slackHearingWorld()
    world.mode = 'channel'
    await world.say('<@UBOT> hi')
    world.calls.length = 0
    await world.say('not you', { ...inThread(ago(50)), user: 'U2' })
    expect([world.texts(), world.calls]).toEqual([['hi'], []])
  })
})

describe('in an organisation, while Slack does not say who people are', () => {
  it('those of a workspace are known as soon as one of it was', async () => {
    const world = slackHearingWorld(org)
    world.answers['users.info'] = ofOrg('T5')
    await world.hear(message('<@UBOT> hi', { user_team: 'T5' }), { ...forOrg, is_ext_shared_channel: true })
    world.answers['users.info'] = silent
    const more = { user: 'U2', user_team: 'T5', ts: ago(50) }
    const said = world.hear(message('<@UBOT> hi', more), { ...forOrg, is_ext_shared_channel: true })
    await world.clock.advance(500)
    await said
    expect(world.heard.map(({ by }) => [by.id, by.foreign])).toEqual([
      ['U1', false],
      ['U2', false],
    ])
  })

  it('all are its people in a channel that it shares with nobody', async () => {
    const world = slackHearingWorld(org)
    world.answers['users.info'] = silent
    const said = world.hear(message('<@UBOT> hi', { user_team: 'T5' }), forOrg)
    await world.clock.advance(1_500)
    await said
    expect(world.heard[0]?.by).toMatchObject({ foreign: false, account: 'E1:U1' })
  })

  it('Slack is to ask again where it may be another company’s, and where it does not say', async () => {
    for (const is_ext_shared_channel of [true, undefined]) {
      const world = slackHearingWorld(org)
      world.answers['users.info'] = silent
      const said = world.hear(message('<@UBOT> hi', { user_team: 'T9' }), {
        ...forOrg,
        is_ext_shared_channel,
      })
      const refused = expect(said).rejects.toThrow('could not be looked up')
      await world.clock.advance(1_500)
      await refused
    }
  })

  it('a workspace that is not of it proves nothing', async () => {
    const world = slackHearingWorld(org)
    world.answers['users.info'] = async () => ({ user: { team_id: 'T9' } })
    for (const user of ['U1', 'U2'])
      await world.hear(message('<@UBOT> hi', { user, user_team: 'T9', ts: ago(Number(user[1])) }), forOrg)
    expect(world.heard.map(({ by }) => by.foreign)).toEqual([true, true])
    expect(users(world)).toHaveLength(2)
  })
})
