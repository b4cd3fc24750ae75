import { describe, expect, it } from 'vitest'
import { ago, inThread, message, slackHearingWorld } from './slack-hearing-world.ts'

/** Two companies that share a channel, and have both installed the same app. */
function partners() {
  const world = slackHearingWorld()
  world.installed('T1', { botUser: 'UONE' })
  world.installed('T2', { botUser: 'UTWO' })
  /** Slack tells it once, in the name of any one of them. */
  const tell = (event: object, as: string) =>
    world.hear(event as Record<string, unknown>, {
      team_id: as,
      is_ext_shared_channel: true,
      authorizations: [{ team_id: as, is_bot: true }],
    })
  const workspaces = () => world.heard.map(({ place }) => place.conversation.workspace)
  return { world, tell, workspaces }
}

describe('where both companies of a shared channel have Parley', () => {
  it.each(['T1', 'T2'])('one’s own is the one that is mentioned, if Slack tells %s', async (as) => {
    const { world, tell, workspaces } = partners()
    await tell(message('<@UONE> hi', { user_team: 'T1' }), as)
    await tell(message('<@UTWO> hi', { user_team: 'T2', ts: ago(50) }), as)
    await tell(message('<@UTWO> hi', { user_team: 'T1', ts: ago(40) }), as)
    expect(workspaces()).toEqual(['T1', 'T2', 'T2'])
    expect(world.heard.map(({ by }) => by.foreign)).toEqual([false, false, true])
    expect(world.texts()).toEqual(['hi', 'hi', 'hi'])
  })

  it('a mention and the message it comes with are one, whoever is told which', async () => {
    const { world, tell } = partners()
    const said = message('<@UONE> hi', { user_team: 'T1' })
    await tell({ ...said, type: 'app_mention' }, 'T2')
    await tell(said, 'T1')
    expect(world.offered).toEqual([`T1:C1:${ago(60)}`])
  })

  it('what follows in the thread goes to the author’s own', async () => {
    const { world, tell, workspaces } = partners()
    await tell(message('<@UONE> hi', { user_team: 'T1' }), 'T1')
    await tell(message('and now?', { user_team: 'T1', ...inThread(ago(50)) }), 'T2')
    expect(world.texts()).toEqual(['hi', 'and now?'])
    expect(workspaces()).toEqual(['T1', 'T1'])
  })

  it('nothing is heard that one of the two Parleys says', async () => {
    const { world, tell } = partners()
    await tell(message('<@UTWO> hi', { user: 'UONE', user_team: 'T1' }), 'T2')
    expect(world.heard).toEqual([])
  })
})
