import { expect, it } from 'vitest'
import { openDiscordStage } from './discord-stage.ts'
import { isWhole, replyTo, roomy, said } from './discord-telling.ts'

async function atHome() {
  const stage = await openDiscordStage({ limits: roomy })
  const channel = stage.discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = stage.discord.person({ name: 'Ann' })
  await stage.discord.until(() => stage.discord.commands.puts === 1)
  return { ...stage, channel, ann }
}

it('/persona opens a form with what holds now; filled in, it holds for the channel, and is there the next time', async () => {
  const { discord, model, channel, ann } = await atHome()
  const form = await ann.slash(channel, 'persona').answered()
  expect(form.modal!.inputs).toHaveLength(1)
  const filled = ann.fills(form.modal!, { [form.modal!.inputs[0]!.id]: 'Answer like a pirate.' })
  await discord.until(() => replyTo(filled)?.includes('Answer like a pirate.'))
  const asked = ann.slash(channel, 'ask', { prompt: 'hello' })
  await discord.until(() => isWhole(asked.replies()))
  expect(JSON.stringify((await model.arrival(1)).body)).toContain('Answer like a pirate.')
  const again = await ann.slash(channel, 'persona').answered()
  expect(again.modal!.inputs[0]!.value).toBe('Answer like a pirate.')
  const emptied = ann.fills(again.modal!, { [again.modal!.inputs[0]!.id]: '' })
  await discord.until(() => replyTo(emptied))
  const last = await ann.slash(channel, 'persona').answered()
  expect(last.modal!.inputs[0]!.value).toBe(form.modal!.inputs[0]!.value)
})

it('/settings opens a form for model and instructions; sent back untouched it changes nothing', async () => {
  const { discord, channel, ann } = await atHome()
  const form = await ann.slash(channel, 'settings').answered()
  expect(form.modal).toMatchObject({ title: 'The settings here' })
  expect(form.modal!.inputs.map(({ label }) => label)).toEqual([
    'Model; empty it to go back',
    'How to answer here; empty it to go back',
  ])
  const untouched = ann.fills(form.modal!, {})
  await discord.until(() => replyTo(untouched))
  expect(said(untouched.replies())).toEqual([expect.stringContaining('**Model:** `gpt-6.1-terra`')])
  expect(untouched.replies()[0]!.ephemeral).toBe(true)
  const changed = ann.fills((await ann.slash(channel, 'settings').answered()).modal!, {
    'Model; empty it to go back': 'gpt-6-luna',
  })
  await discord.until(() => replyTo(changed))
  expect(replyTo(changed)).toContain('gpt-6-luna')
  const shown = await ann.slash(channel, 'settings').answered()
  expect(shown.modal!.inputs[0]!.value).toBe('gpt-6-luna')
})

it('a form that was open for long undoes nothing of what others set meanwhile', async () => {
  const { discord, channel, ann } = await atHome()
  const open = await ann.slash(channel, 'settings').answered()
  const set = ann.slash(channel, 'model', { name: 'gpt-6-luna' })
  await discord.until(() => replyTo(set)?.includes('gpt-6-luna'))
  const filled = ann.fills(open.modal!, { 'How to answer here; empty it to go back': 'Answer in rhymes.' })
  await discord.until(() => replyTo(filled)?.includes('Answer in rhymes.'))
  expect(replyTo(filled)).not.toContain('gpt')
  const now = await ann.slash(channel, 'settings').answered()
  expect(now.modal!.inputs[0]!.value).toBe('gpt-6-luna')
})

it('a model that is not there is refused in words, and what held before holds', async () => {
  const { discord, channel, ann } = await atHome()
  const form = await ann.slash(channel, 'settings').answered()
  const filled = ann.fills(form.modal!, { 'Model; empty it to go back': 'gpt-nonsense' })
  await discord.until(() => replyTo(filled))
  expect(replyTo(filled)).toContain('gpt-nonsense')
  const shown = await ann.slash(channel, 'settings').answered()
  expect(shown.modal!.inputs[0]!.value).toBe('gpt-6.1-terra')
})

it('a form that is filled in after a restart is carried out', async () => {
  const { discord, channel, ann, stop, begin } = await atHome()
  const form = await ann.slash(channel, 'persona').answered()
  await stop()
  await begin()
  const filled = ann.fills(form.modal!, { [form.modal!.inputs[0]!.id]: 'Answer in rhymes.' })
  await discord.until(() => replyTo(filled)?.includes('Answer in rhymes.'))
})
