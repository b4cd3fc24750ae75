import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alone, bytes, how, mediaWorld, picture, signal, speech } from './discord-media-world.ts'

const VOICE_MESSAGE = 8192

let world: Awaited<ReturnType<typeof mediaWorld>>
beforeEach(async () => {
  world = await mediaWorld()
})
afterEach(() => world.discord.close())

const sent = { kind: 'sent', ref: expect.anything() }

describe('A voice message', () => {
  it('is one sound with its length and its loudness, and nothing beside it', async () => {
    const { platform, here } = world
    expect(platform.takesVoice(here)).toBe(true)
    const part = alone(speech(), { controls: ['regenerate', 'thumbs'] })
    expect(await platform.send(here, part, how())).toMatchObject(sent)
    expect(world.shown()).toMatchObject({
      isVoice: true,
      flags: VOICE_MESSAGE,
      content: '',
      buttons: [],
      nonce: 'n1',
      attachments: [
        {
          name: 'voice-message.ogg',
          type: 'audio/ogg',
          bytes: bytes(2_000),
          voice: { seconds: 3.2, waveform: Buffer.alloc(256, 200).toString('base64') },
        },
      ],
    })
  })

  it('may reply to the question', async () => {
    const { platform, here, ada, general } = world
    const { id } = ada.says(general, 'say it')
    await platform.send({ ...here, replyTo: { channel: general.id, id } }, alone(speech()), how(0))
    expect(world.shown()).toMatchObject({ isVoice: true, replyTo: id, pings: { users: [] } })
  })

  it('sent again under its nonce is no second one', async () => {
    const { platform, here, discord } = world
    discord.faults.next({ method: 'POST', route: '/channels/:channel/messages' }, 'lose the reply')
    expect((await platform.send(here, alone(speech()), how())).kind).toBe('unknown')
    expect(await platform.send(here, alone(speech()), how())).toMatchObject(sent)
    expect(discord.visible(world.general)).toHaveLength(1)
  })

  it('is as fixed as Discord has it', async () => {
    const { platform, here } = world
    const outcome = await platform.send(here, alone(speech()), how())
    const ref = outcome.kind === 'sent' ? outcome.ref : { channel: '', id: '' }
    const before = world.requests().length
    expect(await platform.edit(here, ref, alone(speech()), signal)).toEqual({ kind: 'fixed' })
    expect(world.requests()).toHaveLength(before)
    const words = { markdown: 'other words', state: 'done', controls: [] } as const
    expect(await platform.edit(here, ref, words, signal)).toMatchObject({ kind: 'fixed' })
  })

  it('is refused where the permission is missing, and not tried again for ten minutes', async () => {
    const { platform, here, general, clock } = world
    general.permit({ sendVoice: false })
    expect(await platform.send(here, alone(speech()), how())).toMatchObject({
      kind: 'no_voice',
      why: expect.stringContaining('Send Voice Messages'),
    })
    expect(platform.takesVoice(here)).toBe(false)
    expect((await platform.send(here, alone(speech()), how())).kind).toBe('no_voice')
    expect(world.requests()).toHaveLength(1)
    general.permit({ sendVoice: true })
    await clock.advance(600_001)
    expect(await platform.send(here, alone(speech()), how())).toMatchObject(sent)
  })

  it('is not even tried where the permission is known to be missing; as an ordinary file it goes', async () => {
    const { platform, here, rights } = world
    rights.speak = false
    expect(platform.takesVoice(here)).toBe(false)
    expect((await platform.send(here, alone(speech()), how())).kind).toBe('no_voice')
    expect(world.requests()).toEqual([])
    const { voice: _, ...plain } = speech({ id: 'plain' })
    expect(await platform.send(here, alone(plain), how())).toMatchObject(sent)
    expect(world.shown()).toMatchObject({ isVoice: false, attachments: [{ name: 'answer.ogg' }] })
  })

  it('or a file may follow by itself where one of them is allowed, and Parley is there at all', async () => {
    const { platform, here, rights, duringCommand } = world
    expect(platform.takesSounds(await duringCommand())).toBe(true)
    rights.speak = false
    expect(platform.takesSounds(here)).toBe(true)
    rights.attach = false
    expect(platform.takesSounds(here)).toBe(false)
    rights.speak = true
    expect(platform.takesSounds(here)).toBe(true)
    const command = await duringCommand()
    const via = JSON.stringify({ ...JSON.parse(command.via ?? ''), reachable: false })
    expect(platform.takesSounds({ ...command, via })).toBe(false)
  })

  it('needs no permission to attach files', async () => {
    const { platform, here, general, rights } = world
    general.permit({ attach: false })
    rights.attach = false
    expect(await platform.send(here, alone(speech()), how())).toMatchObject(sent)
  })

  it('that Discord finds fault with can still go as an ordinary file', async () => {
    const odd = speech()
    const part = alone({ ...odd, voice: { seconds: 3, waveform: bytes(257) } })
    expect((await world.platform.send(world.here, part, how())).kind).toBe('no_voice')
    expect(world.platform.takesVoice(world.here)).toBe(true)
  })

  it('follows the reply to a command as a message of the bot’s own, which is found and removed as such', async () => {
    const { platform, duringCommand, discord, general } = world
    const place = await duringCommand()
    expect(platform.takesVoice(place)).toBe(true)
    const words = { markdown: 'As you wish.', state: 'done', controls: [] } as const
    const first = await platform.send(place, words, how(0))
    const outcome = await platform.send(place, alone(speech()), how(1))
    if (first.kind !== 'sent' || outcome.kind !== 'sent') throw new Error('not sent')
    expect(discord.visible(general)).toMatchObject([{ content: 'As you wish.' }, { isVoice: true }])

    const before = { nonce: 'n1', index: 1, since: 0, markdown: '', others: [first.ref] }
    expect(await platform.find(before, place, signal)).toEqual(outcome.ref)
    await platform.send(place, { ...words, markdown: 'And more.' }, how(2))
    const third = discord.visible(general)[2]
    const others = [first.ref, outcome.ref]
    expect(await platform.find({ nonce: 'n2', index: 2, others }, place, signal)).toMatchObject({
      id: third?.id,
    })

    expect(await platform.remove(place, outcome.ref, signal)).toMatchObject(sent)
    expect(discord.visible(general).map(({ content }) => content)).toEqual(['As you wish.', 'And more.'])
  })

  it('is no longer told from others beside a command once its nonce is forgotten', async () => {
    const { platform, duringCommand, clock } = world
    const place = await duringCommand()
    const words = { markdown: 'As you wish.', state: 'done', controls: [] } as const
    const first = await platform.send(place, words, how(0))
    const others = first.kind === 'sent' ? [first.ref] : []
    const before = { nonce: 'n1', index: 1, markdown: '', others }
    expect(await platform.find(before, place, signal)).toBeNull()
    await platform.send(place, alone(speech()), how(1))
    await clock.advance(6 * 60_000)
    expect(await platform.find(before, place, signal)).toBe('unknown')
  })

  it('is not for one person’s eyes', async () => {
    const { platform, duringCommand } = world
    expect(platform.takesVoice(await duringCommand(), 'somebody')).toBe(false)
  })

  it.each([
    ['the caller alone sees', { private: true }],
    ['only the token reaches', { reachable: false }],
  ])('does not go where %s', async (_, via) => {
    const { platform, duringCommand } = world
    const place = await duringCommand(via)
    expect(platform.takesVoice(place)).toBe(false)
    expect((await platform.send(place, alone(speech()), how(1))).kind).toBe('no_voice')
  })

  it('that is the whole answer to a command takes the place of its reply', async () => {
    const { platform, duringCommand, discord, general, clock } = world
    const place = await duringCommand()
    const before = { nonce: 'n0', index: 0, since: clock.now(), markdown: '' }
    expect(await platform.find(before, place, signal)).toBeNull()
    const outcome = await platform.send(place, alone(speech()), how(0))
    expect(discord.visible(general)).toMatchObject([{ isVoice: true }])
    const ref = outcome.kind === 'sent' ? outcome.ref : null
    expect(await platform.find(before, place, signal)).toEqual(ref)
    await clock.advance(6 * 60_000)
    expect(await platform.find(before, place, signal)).toEqual(ref)
  })

  it('that is refused leaves the reply to a command to the same sound as a file', async () => {
    const { platform, duringCommand, general, clock } = world
    general.permit({ sendVoice: false })
    const place = await duringCommand()
    const before = { nonce: 'n0', index: 0, since: clock.now(), markdown: '' }
    expect((await platform.send(place, alone(speech()), how(0))).kind).toBe('no_voice')
    const { voice: _, ...plain } = speech()
    const outcome = await platform.send(place, alone(plain), how(0))
    expect(world.shown()).toMatchObject({ loading: false, attachments: [{ name: 'answer.ogg' }] })
    const ref = outcome.kind === 'sent' ? outcome.ref : null
    expect(await platform.find(before, place, signal)).toEqual(ref)
  })

  it('whose send was not confirmed is found, by its nonce and later by being a file without words', async () => {
    const { platform, here, clock } = world
    const since = clock.now()
    const outcome = await platform.send(here, alone(speech()), how(1))
    const ref = outcome.kind === 'sent' ? outcome.ref : null
    const before = { nonce: 'n1', index: 1, since, markdown: '' }
    expect(await platform.find(before, here, signal)).toEqual(ref)
    await clock.advance(3_600_000)
    expect(await platform.find(before, here, signal)).toEqual(ref)
    const others = ref ? [ref] : []
    expect(await platform.find({ ...before, nonce: 'n2', index: 2, others }, here, signal)).toBeNull()
  })
})

describe('A picture', () => {
  it('goes without words, with what it shows for those who don’t see it', async () => {
    const long = picture({ description: 'x'.repeat(2_000) })
    expect(await world.platform.send(world.here, alone(long, { controls: ['thumbs'] }), how())).toMatchObject(
      sent,
    )
    const message = world.shown()
    expect(message).toMatchObject({ content: '', isVoice: false })
    expect(message?.buttons).toHaveLength(2)
    expect(message?.attachments).toMatchObject([
      { name: 'painting.png', type: 'image/png', description: 'x'.repeat(1_024), bytes: bytes(2_000) },
    ])
  })

  it('takes the place of the one before it', async () => {
    const { platform, here } = world
    expect(platform.can.changesFiles).toBe(true)
    const outcome = await platform.send(here, alone(picture(), { state: 'writing' }), how())
    const ref = outcome.kind === 'sent' ? outcome.ref : { channel: '', id: '' }
    const better = picture({ id: 'p2', name: 'final.png' }, bytes(3_000, 9))
    expect(await platform.edit(here, ref, alone(better), signal)).toEqual({
      ...sent,
      ref,
      rate: expect.anything(),
    })
    expect(world.shown()?.attachments).toMatchObject([{ name: 'final.png', bytes: bytes(3_000, 9) }])
  })

  it('fills the reply to a command, and changes there', async () => {
    const { platform, duringCommand } = world
    const place = await duringCommand()
    const outcome = await platform.send(place, alone(picture()), how(0))
    const ref = outcome.kind === 'sent' ? outcome.ref : { channel: '', id: '' }
    await platform.edit(place, ref, alone(picture({ name: 'final.png' })), signal)
    expect(world.shown()?.attachments).toMatchObject([{ name: 'final.png' }])
    expect(world.discord.visible(world.general)).toHaveLength(1)
  })

  it.each([
    ['is known to be', false],
    ['turns out to be', true],
  ])('without the permission to attach files, as %s, it is the file that can’t go', async (_, known) => {
    const { platform, here, general, rights } = world
    general.permit({ attach: false })
    rights.attach = known
    expect(await platform.send(here, alone(picture()), how())).toMatchObject({
      kind: 'no_file',
      why: expect.stringContaining('Attach Files'),
    })
    expect(world.requests()).toHaveLength(known ? 1 : 0)
  })

  it('larger than Discord takes is not even sent; a command may allow more', async () => {
    const { platform, here, duringCommand } = world
    const large = picture({ size: 11 * 1024 * 1024 })
    expect(await platform.send(here, alone(large), how())).toEqual({
      kind: 'no_file',
      why: 'the file has 11.0 MB, and Discord takes 10.0 MB here',
    })
    expect(world.requests()).toEqual([])
    const place = await duringCommand({ fileBytes: 25 * 1024 * 1024 })
    expect(await platform.send(place, alone(large), how())).toMatchObject(sent)
  })

  it('that Discord finds too large all the same does not count as too many words', async () => {
    const small = await mediaWorld({ limits: { fileBytes: 1_000 } })
    expect((await small.platform.send(small.here, alone(picture()), how())).kind).toBe('no_file')
    await small.discord.close()
  })

  it('that lies nowhere any more is said to be gone', async () => {
    const gone = { ...picture(), body: { arrayBuffer: () => Promise.reject(new Error('ENOENT /secret')) } }
    const file = gone as unknown as ReturnType<typeof picture>
    expect(await world.platform.send(world.here, alone(file), how())).toEqual({
      kind: 'no_file',
      why: 'the file is not there any more',
    })
  })
})
