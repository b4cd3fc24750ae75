import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import type { CommandCalled, MessageHeard } from '../../src/ports/event.ts'
import { cloudflareBlock } from '../fakes/discord/faults.ts'
import { how, part } from './discord-desk.ts'
import { wholeDiscord } from './discord-whole.ts'

const signal = new AbortController().signal

describe('Discord, as a whole', () => {
  let world: Awaited<ReturnType<typeof wholeDiscord>>
  const connect = async (...options: Parameters<typeof wholeDiscord>) => {
    world = await wholeDiscord(...options)
    return world
  }
  afterEach(() => world.close())

  async function asked(says = 'why?'): Promise<MessageHeard> {
    const { ada, channel, fake, next } = world
    ada.says(channel, `<@${fake.bot.id}> ${says}`)
    const event = await next()
    if (event.kind !== 'message') throw new Error(event.kind)
    return event
  }

  async function commanded(options: Record<string, string | boolean>, installed: 'guild' | 'user' = 'guild') {
    const { ada, channel, fake, next } = world
    await fake.until(() => fake.commands.puts > 0)
    const interaction = ada.slash(channel, 'ask', options, { installed })
    const event = await next()
    if (event.kind !== 'command') throw new Error(event.kind)
    return { interaction, event: event satisfies CommandCalled }
  }

  it('answers a mention in a thread on it', async () => {
    const { platform, fake, discord } = await connect()
    expect(discord.state()).toBe('connected')
    const { place, message, text: words } = await asked()
    expect(words).toBe('why?')
    const opened = await platform.openPlace(place, words, signal)
    if (opened.kind !== 'open') throw new Error(opened.kind)
    expect(await platform.send(opened.place, part('because'), how())).toMatchObject({ kind: 'sent' })
    const thread = fake.threadOf({ id: message.id, channelId: message.channel })
    expect(thread && fake.nameOf(thread)).toBe('why?')
    expect(thread && fake.visible(thread).map(({ content, pings }) => [content, pings])).toEqual([
      ['because', { everyone: false, users: [], roles: [] }],
    ])
  })

  it('leaves a thread to the person who opened it first', async () => {
    const { platform, ada } = await connect()
    const { place, message } = await asked()
    ada.opensThread({ id: message.id, channelId: message.channel }, 'mine')
    expect((await platform.openPlace(place, 'why?', signal)).kind).toBe('forbidden')
  })

  it('finds what it sent when the answer is lost, and sends it once', async () => {
    const { platform, fake, channel } = await connect()
    const { place } = await asked()
    const inPlace = { ...place, root: null, conversation: { ...place.conversation, thread: '' } }
    fake.faults.next({ method: 'POST', route: /messages$/ }, 'lose the reply')
    expect((await platform.send(inPlace, part('because'), how())).kind).toBe('unknown')
    const [, sent] = fake.visible(channel)
    expect(await platform.find(how(), inPlace, signal)).toEqual({ channel: channel.id, id: sent?.id })
    expect(await platform.send(inPlace, part('because'), how())).toMatchObject({ ref: { id: sent?.id } })
    expect(fake.visible(channel).filter(({ fromBot }) => fromBot)).toHaveLength(1)
  })

  it('draws no 429 when more is sent than Discord takes, and says where and how long to wait', async () => {
    const { platform, fake, channel } = await connect()
    const { place } = await asked()
    const inPlace = { ...place, root: null, conversation: { ...place.conversation, thread: '' } }
    const outcomes = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6].map((index) => platform.send(inPlace, part('x'), how(index))),
    )
    expect(outcomes.map(({ kind }) => kind)).toEqual([...Array(5).fill('sent'), 'limited', 'limited'])
    expect(outcomes[5]).toMatchObject({ bucket: `discord:send:${channel.id}` })
    expect(outcomes[4]?.rate).toMatchObject([
      { bucket: `discord:send:${channel.id}`, limit: 5, remaining: 0 },
    ])
    expect(fake.ledger.limited()).toEqual([])
  })

  it('takes Cloudflare’s page for what it is', async () => {
    const { platform, fake } = await connect()
    const { place } = await asked()
    fake.faults.next({ method: 'POST', route: /threads$/ }, cloudflareBlock('30'))
    expect(await platform.openPlace(place, 'why?', signal)).toMatchObject({
      kind: 'limited',
      retryAfterMs: 30_000,
      bucket: 'discord:global',
    })
  })

  it('fills the reply of a command, and goes on below it', async () => {
    const { platform, fake, channel } = await connect()
    const { interaction, event } = await commanded({ prompt: 'why?' })
    expect(await platform.find(how(), event.place, signal)).toBeNull()
    const first = await platform.send(event.place, part('because'), how(0))
    await platform.send(event.place, part('and so on'), how(1))
    if (first.kind !== 'sent') throw new Error(first.kind)
    await platform.edit(event.place, first.ref, part('because of that'), signal)
    expect(await platform.find(how(), event.place, signal)).toEqual(first.ref)
    expect(interaction.replies().map(({ content, loading }) => [content, loading])).toEqual([
      ['because of that', false],
      ['and so on', false],
    ])
    expect(fake.visible(channel)).toHaveLength(2)
    expect(fake.ledger.limited()).toEqual([])
  })

  it('finds what follows a command’s reply by its order when the answer is lost', async () => {
    const { platform, fake } = await connect()
    const { interaction, event } = await commanded({ prompt: 'why?' })
    await platform.send(event.place, part('because'), how(0))
    fake.faults.next({ method: 'POST', route: /^\/webhooks/ }, 'lose the reply')
    expect((await platform.send(event.place, part('and so on'), how(1))).kind).toBe('unknown')
    expect(await platform.find(how(1), event.place, signal)).toMatchObject({
      id: interaction.replies()[1]?.id,
    })
    expect(await platform.find(how(2), event.place, signal)).toBeNull()
  })

  it('says to the caller alone what is for the caller, also where it had begun in public', async () => {
    const { platform, fake, channel, ada } = await connect()
    for (const isPrivate of [true, false]) {
      const { event } = await commanded({ prompt: 'why?', private: isPrivate })
      const words = part(`psst ${isPrivate}`)
      expect((await platform.send(event.place, words, how(0, { privateTo: ada.id }))).kind).toBe('sent')
    }
    expect(fake.visible(channel)).toEqual([])
    expect(fake.visible(channel, { as: ada }).map(({ content }) => content)).toEqual([
      'psst true',
      'psst false',
    ])
  })

  it('answers a command whose token died early in the channel', async () => {
    let now = Date.now()
    const { platform, fake, channel } = await connect({ now: () => now })
    const { event, interaction } = await commanded({ prompt: 'why?' })
    await fake.until(() => interaction.acknowledged)
    now += 16 * 60_000
    expect((await platform.send(event.place, part('because'), how())).kind).toBe('not_sent')
    expect((await platform.send(event.place, part('because'), how())).kind).toBe('sent')
    expect(fake.visible(channel).at(-1)?.content).toBe('because')
  })

  it('fetches a file, by a fresh link once the old one is over, and shows nobody the token', async () => {
    const { platform, fake, ada, channel, next } = await connect()
    const bytes = new TextEncoder().encode('the bytes')
    ada.says(channel, `<@${fake.bot.id}> look`, { files: [{ name: 'a.txt', bytes }] })
    const event = await next()
    const file = event.kind === 'message' ? event.files[0] : undefined
    if (!file) throw new Error('no file')
    expect(await text(await platform.download(file, signal))).toBe('the bytes')
    fake.cdn.expireAll()
    expect(await text(await platform.download(file, signal))).toBe('the bytes')
    expect(fake.ledger.downloads.some(({ authorized }) => authorized)).toBe(false)
    expect(fake.ledger.downloads.filter(({ status }) => status === 200)).toHaveLength(2)
  })

  it('stops when what it was taking in is taken in and acknowledged', async () => {
    const admission = Promise.withResolvers<void>()
    let begun = 0
    const { platform, ada, channel, fake, heard } = await connect({}, {}, () => {
      begun++
      return admission.promise
    })
    await fake.until(() => fake.commands.puts > 0)
    const interaction = ada.slash(channel, 'ask', { prompt: 'why?' })
    ada.says(channel, `<@${fake.bot.id}> and why?`)
    await fake.until(() => begun === 2)
    const stopped = platform.stop()
    admission.resolve()
    await stopped
    expect(heard.map(({ kind }) => kind).toSorted()).toEqual(['command', 'message'])
    expect(interaction.acknowledged).toBe(true)
  })

  it('hears nothing more once it is stopped', async () => {
    const { platform, fake, ada, channel, heard, discord } = await connect()
    await asked()
    await platform.stop()
    ada.says(channel, `<@${fake.bot.id}> still there?`)
    expect(discord.state()).toBe('closed')
    expect(heard).toEqual([])
  })
})
