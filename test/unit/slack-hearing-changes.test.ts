import { describe, expect, it } from 'vitest'
import { ago, changed, inThread, message, slackHearingWorld } from './slack-hearing-world.ts'

describe('an edit on Slack', () => {
  const question = message('<@UBOT> one')
  const edited = (text: string, more: object = {}) => ({
    ...question,
    text,
    edited: { user: 'U1', ts: ago(5) },
    ...more,
  })

  it('rewrites a question, once', async () => {
    const world = slackHearingWorld()
    await world.hear(question)
    await world.hear(changed(edited('<@UBOT> two'), question))
    await world.hear(changed(edited('<@UBOT> two'), question))
    expect(world.heard[1]).toMatchObject({
      kind: 'edit',
      id: `T1:C1:${ago(60)}:edited:${ago(5)}`,
      text: 'two',
    })
    expect(world.heard).toHaveLength(2)
  })

  it('that comes right behind its question does not overtake it', async () => {
    const world = slackHearingWorld()
    await world.hear(question)
    const reply = message('two', inThread(ago(50)))
    const better = { ...reply, text: 'three', edited: { user: 'U1', ts: ago(5) } }
    await Promise.all([world.hear(reply), world.hear(changed(better, reply))])
    expect(world.heard.slice(1)).toMatchObject([
      { kind: 'message', text: 'two' },
      { kind: 'edit', text: 'three' },
    ])
  })

  it('is nothing where only a preview came, or an app changed its own words', async () => {
    const world = slackHearingWorld()
    await world.hear(question)
    await world.hear(changed({ ...question, attachments: [{ title: 'a page' }] }, question))
    await world.hear(changed(edited('<@UBOT> one', { reply_count: 2 }), question))
    const own = { ...question, ts: ago(50), thread_ts: ago(60), user: 'UBOT', bot_id: 'BBOT' }
    await world.hear(changed({ ...own, text: 'more' }, own))
    await world.hear(changed({ ...own, user: 'U1', bot_id: 'B7', text: 'more' }, own))
    expect(world.offered).toHaveLength(1)
  })

  it('counts when a file was taken away', async () => {
    const world = slackHearingWorld()
    const shown = { ...question, files: [{ id: 'F1' }] }
    await world.hear(shown)
    await world.hear(changed({ ...shown, files: [{ id: 'F1', mode: 'tombstone' }] }, shown))
    expect(world.heard[1]).toMatchObject({ kind: 'edit', files: [] })
  })

  it('makes a question of what was none, within a day', async () => {
    const world = slackHearingWorld()
    const [plain, old] = [message('one'), message('old', { ts: ago(90_000) })]
    await world.hear(plain)
    await world.hear(changed(edited('<@UBOT> one'), plain))
    await world.hear(changed({ ...edited('<@UBOT> old'), ts: ago(90_000) }, old))
    expect(world.heard).toMatchObject([
      { kind: 'message', text: 'one' },
      { kind: 'edit', text: 'old' },
    ])
  })

  it('takes a question back that speaks to somebody else now', async () => {
    const world = slackHearingWorld()
    await world.hear(question)
    await world.hear(changed(edited('<@U2> one'), question))
    expect(world.heard[1]).toMatchObject({ kind: 'delete', message: { channel: 'C1', id: ago(60) } })
  })

  it('of what Parley was never asked is nothing', async () => {
    const world = slackHearingWorld()
    await world.hear(changed(edited('two'), message('one')))
    expect(world.offered).toEqual([])
  })
})

describe('a deletion on Slack', () => {
  const question = message('<@UBOT> one')
  const deletion = {
    ...{ type: 'message', subtype: 'message_deleted', hidden: true, channel: 'C1', ts: ago(1) },
    deleted_ts: ago(60),
  }
  it.each([
    ['by its event', { ...deletion, previous_message: question }],
    ['without the message as it was', deletion],
    [
      'by the stone it leaves when others wrote under it',
      changed({ subtype: 'tombstone', ts: ago(60), channel: 'C1', user: 'USLACKBOT' }, question),
    ],
  ])('withdraws the question, told %s', async (_, event) => {
    const world = slackHearingWorld()
    await world.hear(question)
    await world.hear(event)
    expect(world.heard[1]).toMatchObject({ kind: 'delete', id: `T1:C1:${ago(60)}:deleted` })
  })

  it('that comes before its message leaves nothing to be answered', async () => {
    const world = slackHearingWorld()
    await world.hear({ ...deletion, previous_message: question })
    await world.hear(question)
    await world.hear(changed({ ...question, text: '<@UBOT> x', edited: { ts: ago(5) } }, question))
    expect(world.offered).toEqual([])
  })

  it('within a thread finds its conversation, and elsewhere is nothing', async () => {
    const world = slackHearingWorld()
    await world.hear(question)
    const reply = message('two', inThread(ago(50)))
    await world.hear({ ...deletion, deleted_ts: ago(50), previous_message: reply })
    await world.hear({ ...deletion, deleted_ts: ago(40), previous_message: message('x', { ts: ago(40) }) })
    await world.hear({ ...deletion, deleted_ts: ago(50), previous_message: { ...reply, user: 'UBOT' } })
    expect(world.heard.slice(1)).toMatchObject([
      { kind: 'delete', message: { id: ago(50) }, place: { conversation: { thread: ago(60) } } },
    ])
  })
})

describe('the end of an installation', () => {
  it('is taken note of, but not the end of a person’s own token', async () => {
    const world = slackHearingWorld()
    await world.hear({ type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] } })
    expect(world.forgotten).toEqual([])
    await world.hear({ type: 'tokens_revoked', tokens: { bot: ['UBOT'] } })
    await world.hear({ type: 'app_uninstalled' })
    expect(world.forgotten).toEqual(['T1/null', 'T1/null'])
  })
})
