import { describe, expect, it } from 'vitest'
import { text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { answerInThread, asked, finished, prompt, spoken } from './discord-watching.ts'

const say = (words: string) => ({ beats: text(words) })

describe('with `conversations: channel`', () => {
  it('the channel is one conversation of all its people, and no thread is opened', async () => {
    const stage = await openDiscordStage({ policy: 'conversations: channel\n' })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'kitchen' })
    const ann = discord.person({ name: 'Ann', nick: 'Annie' })
    const bob = discord.person({ name: 'Bob' })
    model.next(say('Soup.'), say('With leeks.'))
    const question = ann.says(channel, `${parley} what do we cook?`)
    await finished(stage, channel, 'Soup.')
    bob.says(channel, `${parley} what goes into it?`)
    await finished(stage, channel, 'With leeks.')
    expect(prompt(stage, -1)).toEqual([
      'user: [Annie] what do we cook?',
      'assistant: Soup.',
      'user: [Bob] what goes into it?',
    ])
    expect(discord.threadOf(question)).toBeNull()
    expect(spoken(stage, channel)).toHaveLength(2)
  })

  it('a mention is needed there all the same', async () => {
    const stage = await openDiscordStage({ policy: 'conversations: channel\n' })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'kitchen' })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('Soup.'), say('At eight.'))
    ann.says(channel, `${parley} what do we cook?`)
    await finished(stage, channel, 'Soup.')
    ann.says(channel, 'I am so hungry')
    ann.says(channel, `${parley} when?`)
    await finished(stage, channel, 'At eight.')
    expect(prompt(stage, -1)).toEqual(['user: what do we cook?', 'assistant: Soup.', 'user: when?'])
    expect(asked(stage)).toHaveLength(2)
    expect(spoken(stage, channel)).toHaveLength(2)
  })
})

describe('a channel of its own settings', () => {
  it('answers in its own way, with its own model and persona, beside the others', async () => {
    const ids: Record<string, string> = {}
    const stage = await openDiscordStage({
      before: (discord) => {
        const guild = discord.guild({ name: 'Home' })
        ids.general = guild.channel({ name: 'general' }).id
        ids.short = guild.channel({ name: 'short' }).id
      },
      policy: () =>
        `channels:\n  "${ids.short}":\n    conversations: reply\n    model: gpt-6-luna\n    persona: Answer in one word.\n`,
    })
    const { discord, model, parley } = stage
    const ann = discord.person({ name: 'Ann' })
    model.next(say('Yes.'), say('It is.'))
    const first = ann.says({ id: ids.short! }, `${parley} is it raining?`)
    expect((await finished(stage, { id: ids.short! }, 'Yes.')).replyTo).toBe(first.id)
    const second = ann.says({ id: ids.general! }, `${parley} is it raining?`)
    await answerInThread(stage, second, 'It is.')
    expect(asked(stage).map(({ body }) => body)).toMatchObject([
      { model: 'gpt-6-luna', instructions: 'Answer in one word.' },
      { model: 'gpt-6.1-terra' },
    ])
  })

  it('is the one of its threads, too', async () => {
    let id = ''
    const stage = await openDiscordStage({
      before: (discord) => {
        id = discord.guild({ name: 'Home' }).channel({ name: 'general' }).id
      },
      policy: () => `channels:\n  "${id}":\n    model: gpt-6-luna\n`,
    })
    const { discord, model, parley } = stage
    const ann = discord.person({ name: 'Ann' })
    model.next(say('One.'), say('Two.'))
    const { thread } = await answerInThread(stage, ann.says({ id }, `${parley} count`), 'One.')
    ann.says(thread, 'on')
    await finished(stage, thread, 'Two.')
    expect(asked(stage).map(({ body }) => body)).toMatchObject([
      { model: 'gpt-6-luna' },
      { model: 'gpt-6-luna' },
    ])
  })
})
