import { afterEach, describe, expect, it } from 'vitest'
import {
  answer,
  channel,
  type Desk,
  desk,
  how,
  inChannel,
  inThread,
  part,
  refused,
  root,
  signal,
  withVia,
} from './slack-desk.ts'

describe('Words for one person on Slack, and answers where Parley is no member', () => {
  let world: Desk
  const at = async (...given: Parameters<typeof desk>) => {
    world = await desk(...given)
    return world
  }
  afterEach(() => world?.close())
  const ref = { channel, id: answer }

  it('shows words for one person to that person alone, and knows that they can’t be changed', async () => {
    const { platform, calls } = await at()
    const sent = await platform.send(
      inThread,
      part('psst', { controls: ['retry'] }),
      how({ privateTo: 'U7' }),
    )
    expect(calls()).toMatchObject([
      {
        method: 'chat.postEphemeral',
        args: { channel, thread_ts: root, user: 'U7', blocks: [{ type: 'markdown', text: 'psst' }] },
      },
    ])
    const shown = sent.kind === 'sent' ? sent.ref : ref
    expect(await platform.edit(inThread, shown, part('x'), signal)).toEqual({ kind: 'fixed' })
    expect(await platform.remove(inThread, shown, signal)).toEqual({ kind: 'fixed' })
    expect(calls()).toHaveLength(1)
    expect(platform.ways(inThread, 'U7')).toEqual([])
    expect(platform.ways(withVia(inChannel, { private: true }))).toEqual([])
  })

  it.each([false, true])(
    'answers by the response URL where Parley is no member, private: %s; five times',
    async (isPrivate) => {
      const { platform, calls, origin, lines } = await at({
        'chat.postMessage': refused('not_in_channel'),
        'chat.postEphemeral': refused('channel_not_found'),
      })
      const place = withVia(inChannel, { responseUrl: `${origin}/commands/secret`, private: isPrivate })
      expect(await platform.send(place, part('**hi**'), how())).toMatchObject({ kind: 'not_sent' })
      expect(await platform.send(place, part('**hi** <!here>'), how())).toMatchObject({ kind: 'sent' })
      expect(platform.ways(place)).toEqual([])
      expect(calls()[1]).toEqual({
        method: '/commands/secret',
        args: {
          response_type: isPrivate ? 'ephemeral' : 'in_channel',
          replace_original: false,
          text: '*hi* &lt;!here&gt;',
          unfurl_links: false,
          unfurl_media: false,
        },
      })
      for (let use = 2; use <= 5; use++)
        expect(await platform.send(place, part('x'), how())).toMatchObject({ kind: 'sent' })
      expect(calls().map(({ args }) => args.text)).toEqual([
        '**hi**',
        '*hi* &lt;!here&gt;',
        ...['x', 'x', 'x'],
        expect.stringMatching(/^x\n\n_.*\/invite.*_$/),
      ])
      expect(await platform.send(place, part('x'), how())).toMatchObject({
        kind: 'forbidden',
        why: expect.stringContaining('invite'),
      })
      expect(lines.join()).not.toContain('secret')
    },
  )

  it('says what to do where Parley is no member and there is no response URL', async () => {
    const { platform } = await at({ 'chat.postMessage': refused('not_in_channel') })
    expect(await platform.send(inChannel, part('x'), how())).toMatchObject({
      kind: 'forbidden',
      why: expect.stringContaining('/invite'),
    })
  })

  it('shows what is for somebody else to nobody by the response URL', async () => {
    const { platform, methods, origin } = await at({
      'chat.postMessage': refused('not_in_channel'),
      'chat.postEphemeral': refused('not_in_channel'),
    })
    const place = withVia(inChannel, { responseUrl: `${origin}/commands/secret` })
    await platform.send(place, part('x'), how())
    expect(await platform.send(place, part('psst'), how({ privateTo: 'U2' }))).toMatchObject({
      kind: 'forbidden',
    })
    expect(methods()).not.toContain('/commands/secret')
  })

  it('never posts to a response URL that is not Slack’s', async () => {
    const { platform } = await at({ 'chat.postMessage': refused('not_in_channel') })
    const place = withVia(inChannel, { responseUrl: 'https://evil.example/hook' })
    await platform.send(place, part('x'), how())
    expect(await platform.send(place, part('x'), how())).toMatchObject({ kind: 'forbidden' })
  })
})
