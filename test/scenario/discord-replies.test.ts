import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { asked, finished, prompt, spoken } from './discord-watching.ts'

const say = (words: string) => ({ beats: text(words) })
const policy = 'conversations: reply\n'

describe('with `conversations: reply`', () => {
  it('a chain of replies is one conversation, and two chains in a channel are two', async () => {
    const stage = await openDiscordStage({ policy })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    const bob = discord.person({ name: 'Bob' })
    model.next(say('Rome.'), say('Madrid.'), say('The Tiber.'), say('Since 1871.'))
    const italy = ann.says(channel, `${parley} capital of Italy?`)
    const rome = await finished(stage, channel, 'Rome.')
    bob.says(channel, `${parley} capital of Spain?`)
    await finished(stage, channel, 'Madrid.')
    const river = ann.says(channel, 'its river?', { replyTo: rome })
    const tiber = await finished(stage, channel, 'The Tiber.')
    bob.says(channel, 'since when is it the capital?', { replyTo: tiber })
    await finished(stage, channel, 'Since 1871.')
    expect(prompt(stage, -1)).toEqual([
      'user: [Ann] capital of Italy?',
      'assistant: Rome.',
      'user: [Ann] its river?',
      'assistant: The Tiber.',
      'user: [Bob] since when is it the capital?',
    ])
    expect(rome.replyTo).toBe(italy.id)
    expect(tiber.replyTo).toBe(river.id)
    expect(discord.threadOf(italy)).toBeNull()
    expect(spoken(stage, channel)).toHaveLength(4)
  })

  it('an edited question of the chain has its own answer written again, and no other', async () => {
    const stage = await openDiscordStage({ policy })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('Rome.'), say('The Tiber.'), say('The Danube.'))
    ann.says(channel, `${parley} capital of Italy?`)
    const rome = await finished(stage, channel, 'Rome.')
    const second = ann.says(channel, 'its river?', { replyTo: rome })
    const river = await finished(stage, channel, 'The Tiber.')
    ann.edits(second, 'and the river of Vienna?')
    const again = await finished(stage, channel, 'The Danube.')
    expect(again.id).toBe(river.id)
    expect(prompt(stage, -1)).toEqual([
      'user: capital of Italy?',
      'assistant: Rome.',
      'user: and the river of Vienna?',
    ])
    expect(spoken(stage, channel).map(({ content }) => content)).toEqual(['Rome.', 'The Danube.'])
  })

  it('a deleted question of the chain takes its answer with it; the rest goes on without it', async () => {
    const stage = await openDiscordStage({ policy })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('Rome.'), say('A secret.'), say('The Tiber.'))
    ann.says(channel, `${parley} capital of Italy?`)
    const rome = await finished(stage, channel, 'Rome.')
    const slip = ann.says(channel, 'my password is swordfish', { replyTo: rome })
    await finished(stage, channel, 'A secret.')
    ann.deletes(slip)
    await discord.until(() => spoken(stage, channel).length === 1)
    ann.says(channel, 'its river?', { replyTo: rome })
    await finished(stage, channel, 'The Tiber.')
    expect(prompt(stage, -1)).toEqual(['user: capital of Italy?', 'assistant: Rome.', 'user: its river?'])
  })

  it('a reply to what is still being written waits for it and then goes on', async () => {
    const stage = await openDiscordStage({ policy })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    const more = hold()
    model.next({ beats: [...text('Once upon '), more.beat, ...text('a time.')] }, say('The end.'))
    ann.says(channel, `${parley} a story`)
    const begun = await discord.until(() => spoken(stage, channel)[0])
    ann.says(channel, 'how does it end?', { replyTo: begun })
    more.open()
    await finished(stage, channel, 'The end.')
    expect(prompt(stage, -1)).toEqual([
      'user: a story',
      'assistant: Once upon a time.',
      'user: how does it end?',
    ])
    expect(asked(stage)).toHaveLength(2)
  })

  it('words beside the chain are not meant for Parley', async () => {
    const stage = await openDiscordStage({ policy })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    const bob = discord.person({ name: 'Bob' })
    model.next(say('Rome.'), say('Madrid.'))
    const question = ann.says(channel, `${parley} capital of Italy?`)
    await finished(stage, channel, 'Rome.')
    bob.says(channel, 'nice weather')
    bob.says(channel, 'good question', { replyTo: question })
    ann.says(channel, `${parley} capital of Spain?`)
    await finished(stage, channel, 'Madrid.')
    expect(prompt(stage, -1)).toEqual(['user: capital of Spain?'])
    expect(asked(stage)).toHaveLength(2)
  })
})
