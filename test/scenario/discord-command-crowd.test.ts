import { expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { isWhole, roomy, said } from './discord-telling.ts'

const crowd = process.env.PARLEY_FAULT === 'full' ? 200 : 40

it('a crowd of people at once with a slow model: all are deferred within Discord’s 3 seconds, and all are answered', async () => {
  const { discord, model } = await openDiscordStage({ limits: roomy, policy: 'budgets: off\n' })
  const home = discord.guild({ name: 'Home' })
  await discord.until(() => discord.commands.puts === 1)
  const gate = hold()
  model.always({ beats: [gate.beat, ...text('Here you are.')] })
  const channels = Array.from({ length: 20 }, (_, index) => home.channel({ name: `room-${index}` }))
  const asked = Array.from({ length: crowd }, (_, index) =>
    discord
      .person({ name: `P${index}` })
      .slash(channels[index % channels.length]!, 'ask', { prompt: `question ${index}` }),
  )
  await discord.until(() => asked.every(({ acknowledged }) => acknowledged))
  const slowest = Math.max(...asked.map(({ deferredAfterMs }) => deferredAfterMs!))
  expect(slowest).toBeLessThan(3_000)
  gate.open()
  await discord.until(() => asked.every((one) => isWhole(one.replies())), 15_000)
  for (const one of asked) expect(said(one.replies())).toEqual(['Here you are.'])
  expect(discord.ledger.limited()).toEqual([])
}, 25_000)
