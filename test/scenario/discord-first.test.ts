import { expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'

it('a mention is answered in a thread on it, which grows while it is written', async () => {
  const { discord, model, parley } = await openDiscordStage()
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  const more = hold()
  model.next({ beats: [...text('Water '), more.beat, ...text('is wet.')] })
  const question = ann.says(channel, `${parley} what is water?`)
  const thread = await discord.until(() => discord.threadOf(question))
  await discord.until(() => discord.visible(thread).some(({ content }) => content === 'Water'))
  more.open()
  await discord.until(() => discord.visible(thread).some(({ content }) => content === 'Water is wet.'))
  expect(discord.nameOf(thread)).toBe('what is water?')
  expect(discord.visible(thread)).toHaveLength(1)
  expect(discord.ledger.limited()).toEqual([])
})
