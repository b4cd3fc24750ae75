import { describe, expect, it, vi } from 'vitest'
import type { MessageHeard } from '../../src/ports/event.ts'
import { ago, inThread, message, slackHearingWorld } from './slack-hearing-world.ts'

const first = (world: ReturnType<typeof slackHearingWorld>) => world.heard[0] as MessageHeard

describe('a message on Slack', () => {
  it('is heard when it mentions the bot, as the root of its thread, without the mention', async () => {
    const world = slackHearingWorld()
    await world.say('<@UBOT> what is *this*?')
    expect(world.heard).toEqual([
      {
        kind: 'message',
        id: `T1:C1:${ago(60)}`,
        at: world.clock.now(),
        place: {
          conversation: { platform: 'slack', workspace: 'T1', channel: 'C1', thread: ago(60) },
          root: { channel: 'C1', id: ago(60) },
          direct: false,
          via: expect.stringContaining('"user":"U1"'),
        },
        by: {
          ...{ id: 'U1', name: 'U1', bot: false, foreign: false, account: 'T1:U1' },
          ...{ moderator: false, roles: [] },
        },
        message: { channel: 'C1', id: ago(60) },
        text: 'what is **this**?',
        files: [],
        quotes: [],
      },
    ])
    expect(world.told).toEqual([['T1', 'C1', ago(60), null]])
  })

  it.each([
    { channel: 'C_general', user: 'U_ann', team: 'T_test', bot: 'U_bot' },
    { channel: 'general', user: 'alice', team: 'acme.example', bot: 'parley-bot' },
  ])('is heard whatever its ids look like: $channel, $user', async ({ channel, user, team, bot }) => {
    const world = slackHearingWorld({ botUser: bot })
    world.answers['users.info'] = async ({ user }) => ({ user: { id: user, real_name: 'Ann' } })
    await world.hear(message(`<@${bot}> and <@${user}>`, { channel, user, team }), {
      team_id: team,
      authorizations: [{ team_id: team, user_id: bot }],
    })
    expect(world.texts()).toEqual(['and @Ann'])
    expect(first(world).place.conversation).toMatchObject({ workspace: team, channel })
    expect(first(world).by).toMatchObject({ id: user, name: 'Ann' })
  })

  it('is named in the log, without its words, where nobody can tell which message it is', async () => {
    const world = slackHearingWorld()
    await world.say('<@UBOT> secret', { channel: 'C 1' })
    await world.say('<@UBOT> secret', { ts: '1700000000' })
    await world.hear(message('<@UBOT> secret'), { team_id: null, authorizations: [] })
    expect(world.heard).toEqual([])
    expect(world.logged).toHaveLength(3)
    expect(world.logged.join()).not.toContain('secret')
  })

  it('is heard once, however often and as whatever event it comes', async () => {
    const world = slackHearingWorld()
    const said = message('<@UBOT> hi')
    const mention = { ...said, type: 'app_mention', channel_type: undefined }
    await Promise.all([mention, said, mention, said, said, mention].map((event) => world.hear(event)))
    await world.hear(mention)
    expect(world.heard).toHaveLength(1)
    expect(world.offered).toHaveLength(1)
    expect(world.calls.map(({ method }) => method)).toEqual(['users.info'])
  })

  it('is none of Parley’s in a channel without a mention, and costs nothing then', async () => {
    const world = slackHearingWorld()
    await world.say('hello all')
    await world.say('<@U2> hello', { ts: ago(50) })
    await world.say('<!here> hello', { ts: ago(40) })
    expect([world.heard, world.calls]).toEqual([[], []])
  })

  it('is always for Parley in a direct message, each of them the root of a thread', async () => {
    const world = slackHearingWorld()
    await world.say('hi', { channel: 'D1', channel_type: 'im' })
    await world.say('what does <@U2> do?', { channel: 'D1', channel_type: 'im', ts: ago(50) })
    expect(world.texts()).toEqual(['hi', 'what does @unknown user do?'])
    expect(first(world).place).toMatchObject({ direct: true, conversation: { thread: ago(60) } })
  })

  it('is heard in a thread that Parley takes part in, unless it speaks to others', async () => {
    const world = slackHearingWorld()
    await world.say('<@UBOT> hi')
    await world.say('and now?', inThread(ago(50)))
    await world.say('<@U2> what do you think?', inThread(ago(49)))
    await world.say('<!subteam^S1|@crew> look', inThread(ago(48)))
    await world.say('<@U1> (that is me) hm', inThread(ago(47)))
    await world.say('<@U2> and <@UBOT>, both', inThread(ago(46)))
    await world.say('elsewhere', { ts: ago(45), thread_ts: ago(500) })
    expect(world.texts()).toEqual([
      'hi',
      'and now?',
      '@unknown user (that is me) hm',
      '@unknown user and, both',
    ])
    expect(world.heard.map((event) => 'overheard' in event)).toEqual([false, true, true, false])
  })

  it('is heard in its order within a thread, however long the first takes to be read', async () => {
    const world = slackHearingWorld()
    const { promise, resolve } = Promise.withResolvers<object>()
    world.answers['users.info'] = ({ user }) =>
      user === 'U1' ? promise.then(() => ({})) : Promise.resolve({})
    const both = [world.say('<@UBOT> one'), world.say('two', inThread(ago(50), { user: 'U2' }))]
    await new Promise(setImmediate)
    resolve({})
    await Promise.all(both)
    expect(world.texts()).toEqual(['one', 'two'])
  })

  it('wants a mention for good in a channel that is one conversation', async () => {
    const world = slackHearingWorld()
    world.mode = 'channel'
    await world.say('<@UBOT> hi')
    await world.say('not you', { ts: ago(50) })
    expect(world.texts()).toEqual(['hi'])
    expect(first(world).place.conversation.thread).toBe('')
  })

  it.each([
    ['a bot', { bot_id: 'B7' }],
    ['an app', { subtype: 'bot_message', bot_id: 'B7', user: undefined }],
    ['a workflow', { workflow_id: 'W1' }],
    ['Parley itself', { user: 'UBOT' }],
    ['Slack', { subtype: 'channel_join' }],
    ['the assistant’s view', { subtype: 'assistant_app_thread' }],
    ['nobody knows whom', { user: undefined }],
    ['something hidden', { hidden: true }],
  ])('is not heard from %s', async (_, more) => {
    const world = slackHearingWorld()
    await world.say('<@UBOT> hi', more)
    await world.hear({ ...message('<@UBOT> hi', more), type: 'app_mention' })
    await world.say('hi', { ...more, channel: 'D1' })
    expect(world.heard).toEqual([])
  })

  it.each(['file_share', 'thread_broadcast', 'me_message'])('is heard as %s', async (subtype) => {
    const world = slackHearingWorld()
    await world.say('<@UBOT> hi', { subtype })
    expect(world.texts()).toEqual(['hi'])
  })

  it('is kept apart by workspace and channel, where the same numbers come again', async () => {
    const world = slackHearingWorld()
    for (const team of ['T1', 'T2'])
      for (const channel of ['C1', 'C2'])
        await world.hear(message('<@UBOT> hi', { channel, team }), {
          team_id: team,
          authorizations: [{ team_id: team }],
        })
    const places = world.heard.map(
      ({ place: { conversation: c } }) => `${c.workspace} ${c.channel} ${c.thread}`,
    )
    expect(new Set(places).size).toBe(4)
    expect(new Set(world.heard.map(({ id }) => id)).size).toBe(4)
    expect(new Set(world.heard.map(({ by }) => by.account)).size).toBe(2)
  })

  it('belongs to the workspace for which Slack tells it, whoever’s channel it is', async () => {
    const world = slackHearingWorld()
    await world.hear(message('<@UBOT> hi'), { team_id: 'T9', is_ext_shared_channel: true })
    expect(first(world).place.conversation.workspace).toBe('T1')
    expect(first(world).by.foreign).toBe(false)
  })

  it('stays the root of its thread when others wrote under it before it is heard', async () => {
    const world = slackHearingWorld()
    await world.say('<@UBOT> hi', { thread_ts: ago(60) })
    expect(first(world).place).toMatchObject({ root: { id: ago(60) }, conversation: { thread: ago(60) } })
    expect(world.calls.map(({ method }) => method)).toEqual(['users.info'])
  })

  it('belongs to the organisation where Parley is installed for all of it', async () => {
    const world = slackHearingWorld({ team: 'E1', enterprise: 'E1' })
    const authorizations = [{ enterprise_id: 'E1', team_id: null, is_enterprise_install: true }]
    await world.hear(message('<@UBOT> hi', { team: 'E1' }), { authorizations, enterprise_id: 'E1' })
    expect(first(world).place.conversation.workspace).toBe('E1')
    expect(first(world).by).toMatchObject({ foreign: false, account: 'E1:U1' })
  })

  it('has its files, also where it has no words, and voice as what it is', async () => {
    const world = slackHearingWorld()
    const url = 'https://files.slack.com/f'
    await world.say('', {
      ...{ channel: 'D1', subtype: 'file_share' },
      files: [
        { id: 'F1', name: 'a.png', mimetype: 'image/png', size: 12, url_private_download: url },
        { id: 'F2', name: 'v.mp4', mimetype: 'video/mp4', subtype: 'slack_audio', url_private: url },
        { id: 'F3', file_access: 'check_file_info', url_private: url },
        { id: 'F4', mode: 'tombstone' },
        { name: 'without an id' },
      ],
    })
    expect(first(world)).toMatchObject({ text: '' })
    expect(first(world).files).toEqual([
      { id: 'T1/F1', name: 'a.png', type: 'image/png', size: 12, url },
      { id: 'T1/F2', name: 'v.mp4', type: 'audio/mp4', size: null, url, voice: { seconds: null } },
      { id: 'T1/F3', name: 'file', type: null, size: null, url: null },
    ])
  })

  it('has more files than are read, so that those are named', async () => {
    const world = slackHearingWorld()
    const files = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({ id: `${prefix}${i}`, name: `${prefix}${i}.png` }))
    await world.say('<@UBOT> these?', { files: files('A', 12), attachments: [{ files: files('B', 12) }] })
    const heard = first(world).files.map(({ id }) => id)
    expect([heard.length, heard[11], heard[23]]).toEqual([24, 'T1/A11', 'T1/B11'])
    await world.say('<@UBOT> and these?', { files: files('C', 99), ts: ago(1) })
    expect(world.heard[1]).toMatchObject({ files: { length: 30 } })
  })

  it('is known by the file under whose message it stands, where that is Parley’s own', async () => {
    const world = slackHearingWorld()
    const file = { subtype: 'file_share', files: [{ id: 'F9' }] }
    await world.say('', { ...file, user: 'UBOT', bot_id: 'BBOT', ts: ago(60) })
    await world.say('', { ...file, user: 'U2', ts: ago(50) })
    expect(world.heard).toEqual([])
    await world.say('<@UBOT> this?', { thread_ts: ago(60), ts: ago(10) })
    await world.say('<@UBOT> and this?', { thread_ts: ago(50), ts: ago(9) })
    expect(world.spots.map(({ repliedAs }) => repliedAs)).toContainEqual({ channel: 'C1', id: 'file:F9' })
    expect(world.spots.at(-1)).toMatchObject({ repliesTo: { id: ago(50) } })
    expect(world.spots.at(-1)).not.toHaveProperty('repliedAs')
  })

  it('knows that file for as long as history is kept', async () => {
    const world = slackHearingWorld()
    const set = vi.spyOn(world.store, 'set')
    const file = { subtype: 'file_share', files: [{ id: 'F9' }] }
    await world.say('', { ...file, user: 'UBOT', bot_id: 'BBOT', ts: ago(60) })
    expect(set).toHaveBeenCalledWith(expect.stringContaining('own-file'), 'F9', 86_400_000)
  })

  it('quotes what it shares', async () => {
    const world = slackHearingWorld()
    const shared = {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'the words' }] }],
    }
    await world.say('<@UBOT> this?', {
      attachments: [
        { is_share: true, author_name: 'Bo', text: 'x', message_blocks: [{ message: { blocks: [shared] } }] },
        { service_name: 'News', title: '*Title*', text: 'told', files: [{ id: 'F1' }] },
        {},
      ],
    })
    expect(first(world).quotes).toEqual([
      { author: 'Bo', text: 'the words' },
      { author: 'News', text: '**Title**\ntold' },
    ])
    expect(first(world).files.map(({ id }) => id)).toEqual(['T1/F1'])
  })

  it('quotes the thread in which Parley is called, and no thread that it knows', async () => {
    const world = slackHearingWorld()
    const written = (user: string, text: string, ts: string) => ({ user, text, ts, thread_ts: ago(60) })
    const talk = Array.from({ length: 20 }, (_, i) => written('U2', `no ${i}`, ago(40 - i)))
    world.answers['conversations.replies'] = async () => ({
      messages: [written('U1', 'it is broken', ago(60)), ...talk, written('UBOT', 'I see', ago(11))],
    })
    world.answers['users.info'] = async ({ user }) => ({
      user: { profile: { display_name: `name of ${user}` } },
    })
    await world.say('<@UBOT> what now?', inThread(ago(10)))
    await world.say('<@UBOT> and then?', inThread(ago(9)))
    const { quotes, by } = first(world)
    expect(by.name).toBe('name of U1')
    expect(quotes).toHaveLength(11)
    expect([quotes[0], quotes[1], quotes[2], quotes[10]]).toEqual([
      { author: 'name of U1', text: 'it is broken' },
      { author: 'Parley', text: expect.stringContaining('left out') },
      { author: 'name of U2', text: 'no 12' },
      { author: 'Parley', text: 'I see' },
    ])
    expect(world.heard[1]).toMatchObject({ text: 'and then?', quotes: [] })
    expect(world.calls.filter(({ method }) => method === 'conversations.replies')).toHaveLength(1)
  })

  it('waits for names and threads no longer than a moment', async () => {
    const world = slackHearingWorld()
    world.answers['conversations.replies'] = world.answers['users.info'] = () => new Promise(() => {})
    const said = world.say('<@UBOT> what does <@U2> say?', inThread(ago(10)))
    await world.clock.advance(500)
    await world.clock.advance(1_200)
    await said
    expect(first(world)).toMatchObject({
      text: 'what does @unknown user say?',
      quotes: [],
      by: { name: 'U1' },
    })
  })

  it('is not told to have arrived when it could not be taken in, and is taken in the next time', async () => {
    const world = slackHearingWorld()
    world.admits = async () => Promise.reject(new Error('the disk is full'))
    await expect(world.say('<@UBOT> hi')).rejects.toThrow('the disk is full')
    world.admits = async () => null
    await world.say('<@UBOT> hi')
    expect(world.texts()).toEqual(['hi'])
  })

  it('is answered with an apology where too much is waiting, to its author alone and not again and again', async () => {
    const world = slackHearingWorld()
    world.admits = async () => 'full'
    for (const ts of [ago(60), ago(50)]) await world.say('<@UBOT> hi', { ts })
    const told = world.calls.filter(({ method }) => method === 'chat.postEphemeral')
    expect(told.map(({ args }) => args)).toEqual([{ channel: 'C1', user: 'U1', text: expect.any(String) }])
  })

  it('is answered so to each of several people in one channel', async () => {
    const world = slackHearingWorld()
    world.admits = async () => 'full'
    for (const user of ['U1', 'U2']) await world.say('<@UBOT> hi', { user, ts: ago(user === 'U1' ? 60 : 50) })
    const told = world.calls.filter(({ method }) => method === 'chat.postEphemeral')
    expect(told.map(({ args }) => args.user)).toEqual(['U1', 'U2'])
  })

  it('is answered so in the thread that goes on, and in direct messages as people see it', async () => {
    const world = slackHearingWorld()
    world.admits = async () => 'full'
    await world.say('<@UBOT> hi', { ts: ago(50), thread_ts: ago(60) })
    await world.say('hi', { ts: ago(40), channel: 'D1', channel_type: 'im' })
    const told = world.calls.filter(({ method }) => method.startsWith('chat.'))
    expect(told.map(({ method, args }) => ({ method, ...args }))).toMatchObject([
      { method: 'chat.postEphemeral', channel: 'C1', user: 'U1', thread_ts: ago(60) },
      { method: 'chat.postMessage', channel: 'D1', thread_ts: ago(40) },
    ])
  })

  it('is left where Parley is not installed any more', async () => {
    const world = slackHearingWorld()
    world.isInstalled = false
    await world.say('<@UBOT> hi')
    expect(world.heard).toEqual([])
  })
})
