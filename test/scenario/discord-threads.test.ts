import { describe, expect, it } from 'vitest'
import { text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { answerInThread, asked, finished, prompt, spoken } from './discord-watching.ts'

const say = (words: string) => ({ beats: text(words) })
const openThreads = '/channels/:channel/messages/:message/threads'

describe('a thread of Parley’s', () => {
  it('goes on without a mention, with all that was said in it', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('Hello Ann.'), say('Ann, you said.'))
    const question = ann.says(channel, `${parley} my name is Ann`)
    const { thread } = await answerInThread(stage, question, 'Hello Ann.')
    ann.says(thread, 'what is my name?')
    await finished(stage, thread, 'Ann, you said.')
    expect(prompt(stage, -1)).toEqual([
      'user: my name is Ann',
      'assistant: Hello Ann.',
      'user: what is my name?',
    ])
    expect(spoken(stage, channel)).toEqual([])
    expect(discord.ledger.of('POST', openThreads)).toHaveLength(1)
  })

  it('is silent when people there speak to each other', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const guild = discord.guild({ name: 'Home' })
    const channel = guild.channel({ name: 'general' })
    const cooks = guild.role({ name: 'Cooks' })
    const ann = discord.person({ name: 'Ann' })
    const bob = discord.person({ name: 'Bob' })
    model.next(say('Ten minutes.'), say('Always.'))
    const question = ann.says(channel, `${parley} how long for an egg?`)
    const { thread, answer } = await answerInThread(stage, question, 'Ten minutes.')
    ann.says(thread, `${bob.mention} is that right?`)
    const bobs = bob.says(thread, `<@&${cooks.id}> help`)
    ann.says(thread, 'thank you', { replyTo: bobs })
    bob.says(thread, 'with salt?', { replyTo: answer })
    await finished(stage, thread, 'Always.')
    expect(spoken(stage, thread)).toHaveLength(2)
    expect(asked(stage)).toHaveLength(2)
    expect(prompt(stage, -1)).toEqual([
      'user: [Ann] how long for an egg?',
      'assistant: Ten minutes.',
      'user: [Bob] with salt?',
    ])
  })

  it('in a direct message needs none, and no mention either', async () => {
    const stage = await openDiscordStage()
    const { discord, model } = stage
    const ann = discord.person({ name: 'Ann' })
    model.next(say('Hello.'), say('Still here.'))
    ann.says('dm', 'hello?')
    await finished(stage, ann.dm, 'Hello.')
    ann.says('dm', 'are you there?')
    await finished(stage, ann.dm, 'Still here.')
    expect(prompt(stage, -1)).toEqual(['user: hello?', 'assistant: Hello.', 'user: are you there?'])
    expect(spoken(stage, ann.dm).map(({ replyTo }) => replyTo)).toEqual([null, null])
  })

  it('can be somebody else’s: a mention there is answered there, knowing what the thread is about', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    const bob = discord.person({ name: 'Bob' })
    const start = ann.says(channel, 'The boiler leaks again.')
    const thread = ann.opensThread(start, 'boiler')
    bob.says(thread, 'Oh dear.')
    model.next(say('Turn the valve.'), say('To the left.'))
    bob.says(thread, `${parley} what can we do?`)
    await finished(stage, thread, 'Turn the valve.')
    expect(prompt(stage, -1).join()).toContain('Ann wrote:\n> The boiler leaks again.')
    ann.says(thread, 'which way?')
    await finished(stage, thread, 'To the left.')
    expect(discord.nameOf(thread)).toBe('boiler')
  })

  it('can be somebody else’s post in a forum, whose first message goes along', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const forum = discord.guild({ name: 'Home' }).channel({ name: 'help', type: 'forum' })
    const ann = discord.person({ name: 'Ann' })
    const bob = discord.person({ name: 'Bob' })
    const post = ann.opensThread(forum, 'Router', 'Mine is slow since Monday.')
    bob.says(post, 'Ask Parley.')
    model.next(say('Restart it.'))
    bob.says(post, `${parley} any idea?`)
    await finished(stage, post, 'Restart it.')
    expect(prompt(stage, -1)).toEqual(['user: Ann wrote:\n> Mine is slow since Monday.\n\nany idea?'])
  })

  it('is opened in an announcement channel, too', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'news', type: 'announcement' })
    model.next(say('Not much.'))
    const question = discord.person({ name: 'Ann' }).says(channel, `${parley} what is new?`)
    await answerInThread(stage, question, 'Not much.')
  })

  it('wakes up when somebody writes in it again', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('One.'), say('Two.'))
    const { thread } = await answerInThread(stage, ann.says(channel, `${parley} count`), 'One.')
    thread.archive()
    ann.says(thread, 'go on')
    await finished(stage, thread, 'Two.')
  })
})

describe('where no thread can be opened, Parley answers in place:', () => {
  it('without the permission, as a reply whose buttons work, and a reply to it goes on', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord
      .guild({ name: 'Home' })
      .channel({ name: 'general', permissions: { createThreads: false } })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('Blue.'), say('Dark blue.'), say('It scatters.'))
    const question = ann.says(channel, `${parley} which colour is the sky?`)
    const first = await finished(stage, channel, 'Blue.')
    expect(first.replyTo).toBe(question.id)
    ann.presses(first, 'Regenerate')
    const again = await finished(stage, channel, 'Dark blue.')
    expect(again.id).toBe(first.id)
    ann.says(channel, 'and why?', { replyTo: again })
    await finished(stage, channel, 'It scatters.')
    expect(prompt(stage, -1)).toEqual([
      'user: which colour is the sky?',
      'assistant: Dark blue.',
      'user: and why?',
    ])
    expect(spoken(stage, channel)).toHaveLength(2)
  })

  it('where somebody else has just opened one on the question', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    const bob = discord.person({ name: 'Bob' })
    model.next(say('Here I am.'))
    const question = ann.says(channel, `${parley} where are you?`)
    bob.opensThread(question, 'mine')
    const answer = await finished(stage, channel, 'Here I am.')
    expect(answer.replyTo).toBe(question.id)
    expect(discord.ledger.of('POST', openThreads).map(({ code }) => code)).toEqual([160004])
  })

  it('in a voice channel’s text', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'Talk', type: 'voice' })
    model.next(say('I can read.'))
    const question = discord.person({ name: 'Ann' }).says(channel, `${parley} can you hear us?`)
    expect((await finished(stage, channel, 'I can read.')).replyTo).toBe(question.id)
    expect(discord.ledger.of('POST', openThreads)).toEqual([])
  })

  it('in a forum’s post, which is a thread already', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const forum = discord.guild({ name: 'Home' }).channel({ name: 'help', type: 'forum' })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('Restart it.'), say('For a minute.'))
    const post = ann.opensThread(forum, 'Router', `${parley} my router is slow`)
    await finished(stage, post, 'Restart it.')
    ann.says(post, 'how long?')
    await finished(stage, post, 'For a minute.')
    expect(discord.nameOf(post)).toBe('Router')
    expect(discord.ledger.of('POST', openThreads)).toEqual([])
  })
})
