import { expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { inDeltas, labels, numbered, roomy, said } from './discord-telling.ts'

async function atHome(options: Parameters<typeof openDiscordStage>[0] = {}) {
  const stage = await openDiscordStage({ limits: roomy, ...options })
  const channel = stage.discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const [ann, bob] = [stage.discord.person({ name: 'Ann' }), stage.discord.person({ name: 'Bob' })]
  await stage.discord.until(() => stage.discord.commands.puts === 1)
  return { ...stage, channel, ann, bob }
}

it('/ask with private is answered for the caller alone, growing like any other', async () => {
  const { discord, model, channel, ann, bob } = await atHome()
  const rest = hold()
  model.next({ beats: [...text('Between us: '), rest.beat, ...text('yes.')] })
  const asked = ann.slash(channel, 'ask', { prompt: 'is it?', private: true })
  await discord.until(() => asked.replies()[0]?.content === 'Between us:')
  rest.open()
  await discord.until(() => asked.replies()[0]?.content === 'Between us: yes.')
  expect(asked.ephemeral).toBe(true)
  expect(discord.visible(channel, { as: bob })).toEqual([])
  expect(discord.visible(channel)).toEqual([])
  expect(labels(asked.replies()[0])).toEqual([])
})

it('a long private answer stays private in its follow-ups and in its file', async () => {
  const { discord, model, channel, ann, bob } = await atHome()
  const answer = numbered(2_600)
  model.next({ beats: inDeltas(answer, 400) })
  const asked = ann.slash(channel, 'ask', { prompt: 'tell me everything', private: true })
  const last = await discord.until(() => asked.replies().find(({ attachments }) => attachments.length > 0))
  expect(new TextDecoder().decode(last.attachments[0]!.bytes)).toBe(answer)
  expect(asked.replies()).toHaveLength(5)
  for (const { ephemeral } of asked.replies()) expect(ephemeral).toBe(true)
  expect(discord.visible(channel, { as: bob })).toEqual([])
})

it('a failure of a private answer is told to the caller alone', async () => {
  const { discord, model, channel, ann, bob } = await atHome()
  model.next({
    beats: text('Well, '),
    ending: { kind: 'failed', code: 'server_error', message: 'The server had an error' },
  })
  const asked = ann.slash(channel, 'ask', { prompt: 'is it?', private: true })
  await discord.until(() => said(asked.replies())[0]?.includes('Well,\n\n'))
  expect(discord.visible(channel, { as: bob })).toEqual([])
})

it('a private answer whose token dies is never shown to others', async () => {
  let skew = 0
  const { discord, model, channel, ann, bob, stop } = await atHome({ now: () => Date.now() + skew })
  const rest = hold()
  model.next({ beats: [...text('Between us: '), rest.beat, ...inDeltas(numbered(700), 200)] })
  const asked = ann.slash(channel, 'ask', { prompt: 'is it?', private: true })
  await discord.until(() => asked.replies()[0]?.content === 'Between us:')
  skew = 16 * 60_000
  rest.open()
  await discord.until(() => discord.ledger.requests.some(({ status }) => status === 401))
  const after = ann.slash(channel, 'ask', { prompt: 'and now?', private: true })
  await discord.until(() => said(after.replies()).length === 1 && !after.replies()[0]!.loading)
  // What was still to be shown has been given up by then.
  await stop()
  expect(discord.visible(channel, { as: bob })).toEqual([])
})

it('what a private answer said is not told to the next who asks', async () => {
  const { discord, model, channel, ann, bob } = await atHome()
  model.next({ beats: text('The code word is periwinkle.') })
  const asked = ann.slash(channel, 'ask', { prompt: 'what is the code word?', private: true })
  await discord.until(() => said(asked.replies())[0]?.includes('periwinkle'))
  const next = bob.slash(channel, 'ask', { prompt: 'what was said before?' })
  await discord.until(() => said(next.replies()).length === 1 && !next.replies()[0]!.loading)
  expect(JSON.stringify((await model.arrival(2)).body)).not.toContain('periwinkle')
})
