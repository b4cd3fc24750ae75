import { expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'

it('/stop in the channel stops what the caller asked there last, in the thread on it', async () => {
  const { discord, model, parley } = await openDiscordStage()
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const [ann, bob] = [discord.person({ name: 'Ann' }), discord.person({ name: 'Bob' })]
  const endless = hold()
  model.next({ beats: [...text('Once upon a time '), endless.beat] })
  const question = ann.says(channel, `${parley} tell me a story`)
  const thread = await discord.until(() => discord.threadOf(question))
  const shown = () => discord.visible(thread)[0]?.content ?? ''
  await discord.until(() => shown().includes('Once upon a time'))
  const stop = async (by: typeof ann) => {
    const call = by.slash(channel, 'stop')
    return (await discord.until(() => call.replies().find(({ content }) => content !== '')))?.content
  }
  expect(await stop(bob)).toMatch(/Only the person who asked/)
  expect(await stop(ann)).toBe('Stopped.')
  await discord.until(() => shown().includes('— stopped'))
  expect(await stop(ann)).toBe('Nothing is being written here.')
})
