import { expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { inDeltas, isWhole, labels, numbered, replyTo, roomy, said } from './discord-telling.ts'

const interrupted = 'interrupted by a restart'

async function atHome() {
  const stage = await openDiscordStage({ limits: roomy })
  const { discord, parley } = stage
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  await discord.until(() => discord.commands.puts === 1)
  const asks = async (words: string) => {
    const question = ann.says(channel, `${parley} ${words}`)
    return discord.until(() => discord.threadOf(question))
  }
  return { ...stage, channel, ann, asks }
}

it('stopped while answers are written: what doesn’t end in time is marked, and finished in place after the start', async () => {
  const { discord, model, channel, ann, asks, stop, begin } = await atHome()
  const long = numbered(700)
  model.next(
    { beats: [...text('First half, '), hold().beat] },
    { beats: [...inDeltas(long, 200).slice(0, 12), hold().beat] },
    { beats: [...text('In a reply, '), hold().beat] },
    { beats: [...text('Between us, '), hold().beat] },
  )
  const thread = await asks('tell me')
  await discord.until(() => said(discord.visible(thread))[0] === 'First half,')
  const second = await asks('tell me a lot')
  await discord.until(() => discord.visible(second).length === 2)
  const asked = ann.slash(channel, 'ask', { prompt: 'tell me here' })
  await discord.until(() => replyTo(asked) === 'In a reply,')
  const alone = ann.slash(channel, 'ask', { prompt: 'tell me alone', private: true })
  await discord.until(() => replyTo(alone) === 'Between us,')
  const drafts = discord.visible(thread).map(({ id }) => id)
  const longer = discord.visible(second).map(({ id }) => id)

  await stop()
  for (const seen of [discord.visible(thread), discord.visible(second), asked.replies(), alone.replies()])
    expect(seen.at(-1)!.content).toContain(interrupted)
  expect(labels(discord.visible(thread).at(-1))).toEqual([])

  model.always(({ body }) => {
    const words = JSON.stringify(body)
    if (words.includes('tell me a lot')) return { beats: inDeltas(long, 200) }
    if (words.includes('tell me here')) return { beats: text('In a reply, all of it.') }
    if (words.includes('tell me alone')) return { beats: text('Between us, all of it.') }
    return { beats: text('First half, second half.') }
  })
  await begin()
  await discord.until(
    () => isWhole(discord.visible(thread)) && isWhole(discord.visible(second)) && isWhole(asked.replies()),
  )
  await discord.until(() => replyTo(alone) === 'Between us, all of it.')
  expect(said(discord.visible(thread))).toEqual(['First half, second half.'])
  expect(discord.visible(thread).map(({ id }) => id)).toEqual(drafts)
  expect(
    said(discord.visible(second))
      .join(' ')
      .match(/word\d+/g)!
      .join(' '),
  ).toBe(long)
  expect(
    discord
      .visible(second)
      .map(({ id }) => id)
      .slice(0, 2),
  ).toEqual(longer)
  expect(said(asked.replies())).toEqual(['In a reply, all of it.'])
  expect(said(alone.replies())).toEqual(['Between us, all of it.'])
  expect(discord.visible(channel).filter(({ content }) => content.includes('Between us'))).toEqual([])
}, 30_000)

it('an answer that ends soon is written to its end before the program stops', async () => {
  const { discord, model, asks, stop } = await atHome()
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const thread = await asks('tell me')
  await discord.until(() => said(discord.visible(thread))[0] === 'First half,')
  const stopped = stop()
  rest.open()
  await stopped
  expect(said(discord.visible(thread))).toEqual(['First half, second half.'])
  expect(isWhole(discord.visible(thread))).toBe(true)
})

it('what was said before a restart is remembered after it', async () => {
  const { discord, model, ann, asks, stop, begin } = await atHome()
  const thread = await asks('my boat is called Periwinkle')
  await discord.until(() => isWhole(discord.visible(thread)))
  await stop()
  await begin()
  ann.says(thread, 'what is my boat called?')
  await discord.until(() => said(discord.visible(thread)).length === 2 && isWhole(discord.visible(thread)))
  expect(JSON.stringify((await model.arrival(2)).body)).toContain('Periwinkle')
})
