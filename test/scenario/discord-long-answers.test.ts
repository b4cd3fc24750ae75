import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { markdown } from '../unit/markdown-samples.ts'
import { shownLength } from '../unit/shown-text.ts'
import { openDiscordStage } from './discord-stage.ts'
import { inDeltas, isWhole, labels, numbered, roomy, said, whole } from './discord-telling.ts'

const limit = 2_000
const wordsOf = (texts: readonly string[]): string =>
  texts
    .join(' ')
    .match(/word\d+/g)!
    .join(' ')

async function atHome() {
  const stage = await openDiscordStage({ limits: roomy })
  const channel = stage.discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = stage.discord.person({ name: 'Ann' })
  const asks = async (words: string) => {
    const question = ann.says(channel, `${stage.parley} ${words}`)
    return stage.discord.until(() => stage.discord.threadOf(question))
  }
  return { ...stage, channel, ann, asks }
}

it('an answer longer than a message goes on in further ones, with the buttons under the last', async () => {
  const { discord, model, asks } = await atHome()
  const answer = numbered(700)
  model.next({ beats: inDeltas(answer, 40) })
  const thread = await asks('tell me a lot')
  await discord.until(() => isWhole(discord.visible(thread)))
  const messages = discord.visible(thread)
  expect(messages).toHaveLength(Math.ceil(answer.length / limit))
  for (const { content } of messages) expect(content.length).toBeLessThanOrEqual(limit)
  expect(wordsOf(said(messages))).toBe(answer)
  for (const message of messages.slice(0, -1)) expect(labels(message)).toEqual([])
})

it('five messages stay five, without a file', async () => {
  const { discord, model, asks } = await atHome()
  const answer = numbered(1_150)
  expect(answer.length).toBeGreaterThan(4 * limit + 800)
  expect(answer.length).toBeLessThan(5 * limit - 200)
  model.next({ beats: inDeltas(answer, 100) })
  const thread = await asks('tell me more')
  await discord.until(() => isWhole(discord.visible(thread)))
  const messages = discord.visible(thread)
  expect(messages).toHaveLength(5)
  expect(wordsOf(said(messages))).toBe(answer)
  expect(messages.flatMap(({ attachments }) => attachments)).toEqual([])
})

it('what needs more than five is four and a file with the whole text', async () => {
  const { discord, model, asks } = await atHome()
  const answer = numbered(2_600)
  const rest = hold()
  const beats = inDeltas(answer, 200)
  model.next({ beats: [...beats.slice(0, -5), rest.beat, ...beats.slice(-5)] })
  const thread = await asks('tell me everything')
  await discord.until(() => /comes as a file/.test(discord.visible(thread)[4]?.content ?? ''))
  expect(labels(discord.visible(thread)[4])).toEqual(['Stop'])
  rest.open()
  await discord.until(() => isWhole(discord.visible(thread)))
  const messages = discord.visible(thread)
  expect(messages).toHaveLength(5)
  expect(answer.startsWith(wordsOf(said(messages.slice(0, 4))))).toBe(true)
  expect(messages[4]!.content).toBe('*The whole answer is in the file.*')
  expect(messages[4]!.attachments).toHaveLength(1)
  expect(new TextDecoder().decode(messages[4]!.attachments[0]!.bytes)).toBe(answer)
  expect(messages[4]!.attachments[0]!.name).toMatch(/\.md$/)
})

it('stopped in the middle of a very long one: the file holds what was written until then', async () => {
  const { discord, model, ann, asks } = await atHome()
  const written = numbered(2_000)
  model.next({ beats: [...inDeltas(written, 200), hold().beat] })
  const thread = await asks('tell me everything')
  const last = await discord.until(() => discord.visible(thread)[4])
  ann.presses(last, 'Stop')
  await discord.until(() => isWhole(discord.visible(thread)))
  const [file] = discord.visible(thread)[4]!.attachments
  expect(new TextDecoder().decode(file!.bytes)).toBe(written)
  expect(discord.visible(thread)[4]!.content).toContain('stopped')
})

it('broken off in the middle of a very long one: the file holds what came, and it can be tried again', async () => {
  const { discord, model, asks } = await atHome()
  const written = numbered(2_000)
  model.next({
    beats: inDeltas(written, 200),
    ending: { kind: 'failed', code: 'server_error', message: 'The server had an error' },
  })
  const thread = await asks('tell me everything')
  await discord.until(() => labels(discord.visible(thread).at(-1)).includes('Try again'))
  const messages = discord.visible(thread)
  expect(messages).toHaveLength(5)
  expect(new TextDecoder().decode(messages[4]!.attachments[0]!.bytes)).toBe(written)
})

it('regenerated to a shorter one: the messages too many go, and the file', async () => {
  const { discord, model, ann, asks } = await atHome()
  model.next({ beats: inDeltas(numbered(2_600), 400) })
  const thread = await asks('tell me everything')
  await discord.until(() => isWhole(discord.visible(thread)))
  model.next({ beats: text('In short: tides.') })
  ann.presses(discord.visible(thread).at(-1)!, 'Regenerate')
  await discord.until(() => discord.visible(thread).length === 1 && isWhole(discord.visible(thread)))
  const [message] = discord.visible(thread)
  expect(message!.content).toBe('In short: tides.')
  expect(message!.attachments).toEqual([])
  expect(labels(message)).toEqual(whole)
})

it('regenerated from a file to five messages: the fifth is text, its file goes', async () => {
  const { discord, model, ann, asks } = await atHome()
  model.next({ beats: inDeltas(numbered(2_600), 400) })
  const thread = await asks('tell me everything')
  await discord.until(() => isWhole(discord.visible(thread)))
  const shorter = numbered(1_150)
  model.next({ beats: inDeltas(shorter, 400) })
  ann.presses(discord.visible(thread).at(-1)!, 'Regenerate')
  await discord.until(
    () => isWhole(discord.visible(thread)) && wordsOf(said(discord.visible(thread))) === shorter,
  )
  expect(discord.visible(thread)).toHaveLength(5)
  expect(discord.visible(thread).flatMap(({ attachments }) => attachments)).toEqual([])
})

/** The full count is for `npm run test:fault`. */
const answers = process.env.PARLEY_FAULT === 'full' ? 1_000 : 20

it(`${answers} generated answers of up to 20,000 characters are shown as the model wrote them`, async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy, policy: 'budgets: off\n' })
  const home = discord.guild({ name: 'Home' })
  const ann = discord.person({ name: 'Ann' })
  const blocks = fc.sample(fc.array(markdown, { minLength: 1, maxLength: 12 }), {
    numRuns: answers,
    seed: 42,
  })
  const texts = blocks.map((parts) => parts.join('\n\n').slice(0, 20_000).trim().toWellFormed())
  const wanted = (words: string) => texts[Number(/number (\d+)/.exec(words)![1])]!
  model.always(({ body }) => ({ beats: inDeltas(wanted(JSON.stringify(body)), 400) }))
  const crowd = 20
  for (let from = 0; from < texts.length; from += crowd) {
    const asked = texts.slice(from, from + crowd).map((answer, index) => {
      const question = ann.says(home.channel({ name: 'general' }), `${parley} number ${from + index}`)
      return { answer, seen: () => discord.visible({ id: question.id } as never) }
    })
    await discord.until(() => asked.every(({ seen }) => isWhole(seen())), 20_000)
    for (const { answer, seen } of asked) {
      const file = seen().at(-1)!.attachments[0]
      const shown = said(seen())
      if (file === undefined) expect(shownLength(shown, answer)).toBe(answer.length)
      else {
        expect(new TextDecoder().decode(file.bytes)).toBe(answer)
        expect(shown).toHaveLength(5)
        expect(shownLength(shown.slice(0, 4), answer)).toBeGreaterThan(2_000)
      }
    }
  }
  expect(discord.ledger.limited()).toEqual([])
}, 300_000)
