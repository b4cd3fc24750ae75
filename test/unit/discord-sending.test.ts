import { afterEach, describe, expect, it } from 'vitest'
import type { Place } from '../../src/ports/event.ts'
import { channel, desk, how, inChannel, messageJson, part, question, token } from './discord-desk.ts'
import type { Script } from './discord-http.ts'

const thread = '600000000000000001'
const inThread: Place = { ...inChannel, conversation: { ...inChannel.conversation, thread } }
const asReply: Place = {
  ...inChannel,
  conversation: { ...inChannel.conversation, thread: `reply:${question}` },
  replyTo: { channel, id: question },
}
const signal = new AbortController().signal
const hook = `/webhooks/100000000000000001/${token}`

describe('Sending to Discord', () => {
  let world: Awaited<ReturnType<typeof desk>>
  const at = async (...scripts: Parameters<typeof desk>) => {
    world = await desk(...scripts)
    return world
  }
  afterEach(() => world.close())
  const done = { body: messageJson('7') }
  const ref = { channel, id: '7' }

  it('pings nobody, shows no previews of links, and can be repeated without a second message', async () => {
    const { platform, calls } = await at(done)
    expect(await platform.send(inChannel, part('@everyone hi'), how())).toEqual({ kind: 'sent', ref })
    expect(calls()).toEqual([
      {
        call: `POST /channels/${channel}/messages`,
        body: {
          content: '@everyone hi',
          allowed_mentions: { parse: [], replied_user: false },
          flags: 4,
          nonce: 'n0',
          enforce_nonce: true,
          components: [],
        },
      },
    ])
  })

  it('goes into the thread where there is one', async () => {
    const { platform, calls } = await at(done)
    await platform.send(inThread, part('hi'), how())
    expect(calls()[0]?.call).toBe(`POST /channels/${thread}/messages`)
  })

  it('replies with the first message of an answer, and lets the others follow', async () => {
    const { platform, calls } = await at(done)
    await platform.send(asReply, part('a'), how(0))
    await platform.send(asReply, part('b'), how(1))
    expect(calls().map(({ call }) => call)).toEqual(Array(2).fill(`POST /channels/${channel}/messages`))
    expect(calls().map(({ body }) => body.message_reference)).toEqual([
      { message_id: question, fail_if_not_exists: false },
      undefined,
    ])
  })

  it.each([160002, 160009])(
    'goes without its reference where the history is closed (%i), for a while',
    async (code) => {
      const { platform, calls, clock } = await at(
        { status: 403, body: { code, message: 'no history' } },
        done,
      )
      expect((await platform.send(asReply, part('a'), how(0))).kind).toBe('not_sent')
      expect((await platform.send(asReply, part('a'), how(0))).kind).toBe('sent')
      await platform.send(asReply, part('another'), how(0))
      await clock.advance(600_000)
      await platform.send(asReply, part('later'), how(0))
      expect(calls().map(({ body }) => body.message_reference?.message_id)).toEqual([
        question,
        undefined,
        undefined,
        question,
      ])
    },
  )

  describe('in an archived thread', () => {
    const archived = { status: 400, body: { code: 50083, message: 'Thread is archived' } }
    const at7 = { channel: thread, id: '7' }

    it('wakes it for an edit or a removal, whose next try goes through', async () => {
      const { platform, calls } = await at(
        archived,
        { body: {} },
        done,
        archived,
        { body: {} },
        { status: 204 },
      )
      for (const change of [
        () => platform.edit(inThread, at7, part('a'), signal),
        () => platform.remove(inThread, at7, signal),
      ]) {
        expect((await change()).kind).toBe('not_sent')
        expect((await change()).kind).toBe('sent')
      }
      const woken = { call: `PATCH /channels/${thread}`, body: { archived: false } }
      expect([calls()[1], calls()[4]]).toEqual([woken, woken])
    })

    it.each<[string, Script, string]>([
      ['locked', { status: 403, body: { code: 50013 } }, 'forbidden'],
      ['gone', { status: 404, body: { code: 10003 } }, 'gone'],
      ['asked too often', { status: 429, body: { retry_after: 3 } }, 'limited'],
      ['not heard of', { status: 502 }, 'not_sent'],
    ])('that is %s it says so', async (_, woken, kind) => {
      const { platform } = await at(archived, woken)
      const outcome = await platform.edit(inThread, at7, part('a'), signal)
      expect(outcome.kind).toBe(kind)
      // The pause holds for the edit: its bucket, not the one that was asked, is not to be spent meanwhile.
      if (outcome.kind === 'limited')
        expect([outcome.retryAfterMs, outcome.bucket]).toEqual([3_000, undefined])
      if (outcome.kind === 'forbidden') expect(outcome.why).toContain('locked')
    })
  })

  it.each<[string, Script]>([
    ['nothing', { status: 204 }],
    ['an empty text', { act: (_, response) => void response.writeHead(200).end() }],
    ['null', { body: null }],
    ['a list', { body: [] }],
    ['a number', { body: 7 }],
    ['an object that is no message', { body: { ok: true } }],
  ])(
    'does not know what became of a message that is answered with %s, and believes an edit',
    async (_, script) => {
      const { platform, during } = await at(script)
      for (const place of [inChannel, during()])
        expect((await platform.send(place, part('a'), how())).kind).toBe('unknown')
      expect(await platform.send(during(), part('a'), how(0, { privateTo: '1' }))).toMatchObject({
        kind: 'unknown',
      })
      expect(await platform.edit(inChannel, ref, part('a'), signal)).toEqual({ kind: 'sent', ref })
    },
  )

  it('puts buttons under it whose ids carry the conversation, and takes them away again', async () => {
    const { platform, calls } = await at(done)
    await platform.send(inThread, part('a', { controls: ['regenerate', 'thumbs'] }), how())
    await platform.edit(inThread, ref, part('b'), signal)
    const [row] = calls()[0]?.body.components ?? []
    expect(
      row.components.map(
        (button: { label?: string; emoji?: { name: string } }) => button.label ?? button.emoji?.name,
      ),
    ).toEqual(['Regenerate', '👍', '👎'])
    for (const { custom_id } of row.components) expect(custom_id).toContain(thread)
    expect(calls()[1]?.body.components).toEqual([])
  })

  it('sends the whole of a long answer as a file', async () => {
    const { platform, calls } = await at(done)
    await platform.send(
      inChannel,
      part('…', { file: { kind: 'text', name: 'answer.md', text: 'ä'.repeat(10) } }),
      how(),
    )
    expect(calls()[0]?.body).toContain('filename="answer.md"')
    expect(calls()[0]?.body).toContain('"attachments":[{"id":"0","filename":"answer.md"}]')
  })

  it('edits without pinging, and removes', async () => {
    const { platform, calls } = await at(done, { status: 204 })
    await platform.edit(inChannel, ref, part('@here', { state: 'writing' }), signal)
    expect(await platform.remove(inChannel, ref, signal)).toEqual({ kind: 'sent', ref })
    expect(calls()).toMatchObject([
      {
        call: `PATCH /channels/${channel}/messages/7`,
        body: { allowed_mentions: { parse: [], replied_user: false }, flags: 4 },
      },
      { call: `DELETE /channels/${channel}/messages/7` },
    ])
  })

  it.each<[number, number, string]>([
    [404, 10003, 'gone'],
    [404, 10008, 'gone'],
    [403, 50001, 'forbidden'],
    [403, 50013, 'forbidden'],
    [400, 50083, 'forbidden'],
    [400, 50035, 'forbidden'],
    [400, 30046, 'limited'],
    [413, 40005, 'too_long'],
    [401, 0, 'not_sent'],
    [500, 0, 'unknown'],
  ])('takes %i with code %i for: %s', async (status, code, kind) => {
    const { platform } = await at({ status, body: { code, message: 'said Discord' } })
    expect((await platform.send(inChannel, part('a'), how())).kind).toBe(kind)
    expect((await platform.edit(inChannel, ref, part('a'), signal)).kind).toBe(kind)
  })

  it('knows a text that is too long, from Discord and before', async () => {
    const errors = {
      content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer' }] },
    }
    const { platform, received } = await at({
      status: 400,
      body: { code: 50035, message: 'Invalid', errors },
    })
    expect((await platform.send(inChannel, part('a'), how())).kind).toBe('too_long')
    expect((await platform.send(inChannel, part('x'.repeat(2_001)), how())).kind).toBe('too_long')
    expect(received).toHaveLength(1)
  })

  describe('while a command is answered', () => {
    it('puts the file with the whole answer into the first message where no further one is taken', async () => {
      const { platform, during, calls } = await at({ status: 400, body: { code: 40094 } }, done)
      const last = part('…', { file: { kind: 'text', name: 'answer.md', text: 'all' } })
      expect(await platform.send(during({ reachable: false }), last, how(4))).toEqual({ kind: 'sent', ref })
      expect(calls().map(({ call }) => call)).toEqual([
        `POST ${hook}?wait=true`,
        `PATCH ${hook}/messages/@original`,
      ])
      expect(calls()[1]?.body).toContain('filename="answer.md"')
    })

    it('fills its reply, lets the rest follow, and edits and removes under its token', async () => {
      const { platform, during, calls, received } = await at(done)
      const place = during()
      expect(await platform.send(place, part('a'), how(0))).toMatchObject({ kind: 'sent', ref })
      await platform.send(place, part('b'), how(1))
      await platform.edit(place, ref, part('c'), signal)
      await platform.remove(place, ref, signal)
      expect(calls().map(({ call }) => call)).toEqual([
        `PATCH ${hook}/messages/@original`,
        `POST ${hook}?wait=true`,
        `PATCH ${hook}/messages/7`,
        `DELETE ${hook}/messages/7`,
      ])
      for (const { body } of calls().slice(0, 3))
        expect(body).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 })
      expect(received.every(({ authorization }) => authorization === undefined)).toBe(true)
    })

    it('spends the interaction’s bucket, and nothing of the global one', async () => {
      const { platform, during } = await at(done)
      expect(platform.budget(during(), 'send').map(({ bucket }) => bucket)).toEqual([
        expect.stringMatching(/^discord:webhook:/),
      ])
      expect(JSON.stringify(platform.budget(during(), 'edit'))).not.toContain(token)
      expect(platform.budget(during(), 'show')).toEqual([])
    })

    it('is not taken for unlimited because its acknowledgement was', async () => {
      const { platform, during, wire } = await at({ status: 204 })
      const route = `/interactions/400000000000000001/${token}/callback` as const
      await wire.call({ method: 'POST', route, body: { type: 5 }, auth: false }, signal)
      expect(platform.budget(during(), 'edit')).toHaveLength(1)
    })

    it('keeps what is private to its caller', async () => {
      const { platform, during, calls } = await at(done)
      await platform.send(during({ private: true }), part('b'), how(1))
      expect(calls()[0]).toMatchObject({ call: `POST ${hook}?wait=true`, body: { flags: 4 | 64 } })
    })

    it('takes a public reply away before it says something to the caller alone', async () => {
      const { platform, during, calls } = await at({ status: 204 }, done)
      const place = during()
      await platform.send(place, part('no money left'), how(0, { privateTo: 'u' }))
      expect(calls()).toMatchObject([
        { call: `DELETE ${hook}/messages/@original` },
        { call: `POST ${hook}?wait=true`, body: { flags: 4 | 64 } },
      ])
    })

    it('waits until it was acknowledged', async () => {
      const { platform, during, deferrals, received } = await at(done)
      const deferral = deferrals.begin('400000000000000001')
      const sending = platform.send(during(), part('a'), how())
      await new Promise((resolve) => setImmediate(resolve))
      expect(received).toEqual([])
      deferral.done(true)
      expect((await sending).kind).toBe('sent')
    })

    it('answers in the channel when the acknowledgement failed', async () => {
      const { platform, during, deferrals, calls } = await at(done)
      deferrals.begin('400000000000000001').done(false)
      await platform.send(during(), part('a'), how())
      expect(calls()[0]).toMatchObject({ call: `POST /channels/${channel}/messages`, body: { nonce: 'n0' } })
    })

    it('moves to the channel before its 15 minutes are over', async () => {
      const { platform, during, clock, calls } = await at(done)
      const place = during()
      await platform.send(place, part('a'), how(0))
      await clock.advance(14 * 60_000)
      await platform.edit(place, ref, part('b'), signal)
      await platform.send(place, part('c'), how(1))
      expect(
        calls()
          .slice(1)
          .map(({ call }) => call),
      ).toEqual([`PATCH /channels/${channel}/messages/7`, `POST /channels/${channel}/messages`])
      expect(platform.budget(place, 'edit').map(({ bucket }) => bucket)).toContain('discord:global')
    })

    it.each([
      [404, 10015],
      [404, 10062],
      [404, 10008],
      [401, 50027],
    ])(
      'moves to the channel with the next try when Discord refuses the token (%i, %i)',
      async (status, code) => {
        const { platform, during, calls } = await at({ status, body: { code, message: 'Unknown' } }, done)
        const place = during()
        expect((await platform.send(place, part('a'), how())).kind).toBe('not_sent')
        expect((await platform.send(place, part('a'), how())).kind).toBe('sent')
        expect(calls()[1]?.call).toBe(`POST /channels/${channel}/messages`)
      },
    )

    it.each([
      { private: true, reachable: true },
      { private: false, reachable: false },
    ])('never moves to the channel what may not be there: %o', async (via) => {
      const { platform, during, clock, received } = await at(done)
      const place = during(via)
      await clock.advance(14 * 60_000)
      expect((await platform.send(place, part('a'), how())).kind).toBe('forbidden')
      expect((await platform.edit(place, ref, part('a'), signal)).kind).toBe('forbidden')
      expect(received).toEqual([])
    })
  })

  it('tells what a button’s token can’t reach from what is gone', async () => {
    const missing = { status: 404, body: { code: 10008, message: 'Unknown Message' } }
    const { platform, during } = await at(missing)
    const elsewhere = during({ kind: 'component', reachable: false })
    expect((await platform.edit(elsewhere, ref, part('a'), signal)).kind).toBe('out_of_reach')
    expect((await platform.remove(elsewhere, ref, signal)).kind).toBe('out_of_reach')
    expect((await platform.edit(during({ reachable: false }), ref, part('a'), signal)).kind).toBe('gone')
    expect((await platform.edit(during({ kind: 'component' }), ref, part('a'), signal)).kind).toBe('gone')
  })

  it('never says in public what is for one person', async () => {
    const { platform, received } = await at(done)
    expect((await platform.send(inChannel, part('a'), how(0, { privateTo: 'u' }))).kind).toBe('forbidden')
    expect(received).toEqual([])
  })

  it('says to who pressed a button what is for them, and edits it there; all else goes by the channel', async () => {
    const { platform, during, calls } = await at(done, { body: messageJson('8') }, done)
    const place = during({ kind: 'component' })
    const said = await platform.send(place, part('not yours'), how(0, { privateTo: 'u' }))
    await platform.send(place, part('a'), how(0))
    await platform.edit(place, ref, part('still not yours'), signal)
    await platform.edit(place, { channel, id: '8' }, part('b'), signal)
    expect(said.kind).toBe('sent')
    expect(calls().map(({ call }) => call)).toEqual([
      `POST ${hook}?wait=true`,
      `POST /channels/${channel}/messages`,
      `PATCH ${hook}/messages/7`,
      `PATCH /channels/${channel}/messages/8`,
    ])
    expect(calls()[0]?.body.flags).toBe(4 | 64)
  })
})
