import { describe, expect, it } from 'vitest'
import { text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { answerInThread, asked, finished, spoken } from './discord-watching.ts'

const say = (words: string) => ({ beats: text(words) })

// That no write of any story rings for anybody, and that no secret leaves, is looked at when each story ends.

describe('nobody is rung', () => {
  it('by an answer full of mentions, however the model cuts them', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const guild = discord.guild({ name: 'Home' })
    const role = guild.role({ name: 'All hands' })
    const channel = guild.channel({ name: 'general' })
    const bob = discord.person({ name: 'Bob' })
    const ann = discord.person({ name: 'Ann' })
    const mass = `@everyone @here <@${bob.id}> <@!${bob.id}> <@&${role.id}> hello`
    // One character after the other, and cut in the middle of @everyone.
    const pieces = [...mass]
    model.next({ beats: text(...pieces) }, { beats: text(mass.slice(0, 5), mass.slice(5)) })
    const question = ann.says(channel, `${parley} say: ${mass}`)
    const { thread } = await answerInThread(stage, question, /hello$/)
    ann.says(thread, 'again')
    await discord.until(() => spoken(stage, thread).length === 2)
    await finished(stage, thread, /hello$/)
    for (const { pings } of discord.visible(thread).filter(({ fromBot }) => fromBot))
      expect(pings).toEqual({ everyone: false, users: [], roles: [] })
  })

  it('by the words of Parley itself about a file with a name full of mentions', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: '@everyone' })
    const ann = discord.person({ name: '@everyone', nick: '@here' })
    model.next(say('Nothing there.'))
    const bytes = Buffer.from('MZ')
    const question = ann.says(channel, `${parley} @everyone look`, {
      files: [{ name: '@everyone <@&1> @here.exe', bytes }],
    })
    const thread = await discord.until(() => discord.threadOf(question))
    await discord.until(() => spoken(stage, thread).some(({ content }) => content.includes('.exe')))
  })

  it('by the reply to a question in place', async () => {
    const stage = await openDiscordStage({ policy: 'conversations: reply\n' })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    model.next(say('Hello.'))
    discord.person({ name: 'Ann' }).says(channel, `${parley} hello`)
    expect((await finished(stage, channel, 'Hello.')).pings.users).toEqual([])
  })
})

describe('bots', () => {
  it('and webhooks are ignored, in channels, in threads and in direct messages', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    const robot = discord.person({ name: 'Robot', bot: true })
    model.next(say('Hello.'), say('Yes.'))
    const { thread } = await answerInThread(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    robot.says(channel, `${parley} hello`)
    robot.says(thread, 'hello', { replyTo: spoken(stage, thread)[0]! })
    ann.says(channel, `${parley} hello`, { webhook: true })
    ann.says(thread, 'hello', { webhook: true })
    ann.says(thread, 'still there?')
    await finished(stage, thread, 'Yes.')
    expect(asked(stage)).toHaveLength(2)
    expect(spoken(stage, channel)).toEqual([])
    expect(spoken(stage, thread)).toHaveLength(2)
  })

  it('that answer each other stop at once: two Parleys make no loop', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    const other = discord.person({ name: 'Other Parley', bot: true })
    // The other bot answers whatever Parley says, and mentions it.
    let echoes = 0
    const timer = setInterval(() => {
      for (const place of [
        channel,
        ...discord.visible(channel).flatMap(({ threadId }) => (threadId ? [{ id: threadId }] : [])),
      ])
        for (const message of spoken(stage, place).slice(echoes)) {
          echoes++
          other.says(place, `${parley} you said: ${message.content}`, { replyTo: message })
        }
    }, 5)
    try {
      model.always(say('Hello.'))
      const { thread } = await answerInThread(stage, ann.says(channel, `${parley} hello`), 'Hello.')
      await discord.until(() => echoes > 0)
      model.always(say('Bye.'))
      ann.says(thread, 'bye')
      await finished(stage, thread, 'Bye.')
      await discord.until(() => echoes > 1)
    } finally {
      clearInterval(timer)
    }
    expect(asked(stage)).toHaveLength(2)
  })
})

describe('files', () => {
  it('are fetched from Discord’s hosts only, without the token', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const guild = discord.guild({ name: 'Home' })
    const channel = guild.channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('I see nothing.'))
    const hits = model.ledger.length
    // Nobody's client can send this: the link of an attachment leads elsewhere.
    discord.gateway.dispatch('MESSAGE_CREATE', {
      id: String(BigInt(channel.id) + 5_000_000n),
      channel_id: channel.id,
      guild_id: guild.id,
      author: { id: ann.id, username: 'ann', discriminator: '0', global_name: 'Ann', avatar: null },
      member: { roles: [], joined_at: new Date().toISOString(), deaf: false, mute: false, flags: 0 },
      type: 0,
      content: `${parley} what is this?`,
      mentions: [{ id: discord.bot.id, username: 'parley', discriminator: '0', bot: true }],
      mention_roles: [],
      mention_everyone: false,
      attachments: [
        {
          id: '1',
          filename: 'x.png',
          size: 10,
          content_type: 'image/png',
          url: `${model.url}/inside.png`,
          proxy_url: `${model.url}/inside.png`,
        },
      ],
      embeds: [],
      timestamp: new Date().toISOString(),
      edited_timestamp: null,
      flags: 0,
      pinned: false,
      tts: false,
    })
    await discord.until(() => asked(stage).length === 1)
    expect(JSON.stringify(asked(stage)[0]?.body)).toContain('not at Discord')
    expect(model.ledger.slice(hits).filter(({ path }) => path.includes('inside'))).toEqual([])
  })
})
