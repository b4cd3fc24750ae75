import { expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { isWhole, labels, roomy, said, whole } from './discord-telling.ts'

const typing = '/channels/:channel/typing'
const sends = '/channels/:channel/messages'

it('typing shows until the first text and not after', async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy })
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  const [first, rest] = [hold(), hold()]
  model.next({ beats: [first.beat, ...text('Tides '), rest.beat, ...text('come twice a day.')] })
  const question = ann.says(channel, `${parley} when do tides come?`)
  const thread = await discord.until(() => discord.threadOf(question))
  await discord.until(() => discord.ledger.of('POST', typing).length === 1)
  expect(said(discord.visible(thread))).toEqual([])
  first.open()
  await discord.until(() => said(discord.visible(thread))[0] === 'Tides')
  rest.open()
  await discord.until(() => isWhole(discord.visible(thread)))
  const [shown] = discord.ledger.of('POST', sends)
  const typed = discord.ledger.of('POST', typing)
  expect(typed).toHaveLength(1)
  for (const { at } of typed) expect(at).toBeLessThanOrEqual(shown!.at)
})

it('a text grows in one message and is never shorter than before, and ends with its buttons', async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy })
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  const steps = ['One ', 'two ', 'three ', 'four.'].map((word) => ({ word, gate: hold() }))
  model.next({ beats: steps.flatMap(({ word, gate }) => [...text(word), gate.beat]) })
  const question = ann.says(channel, `${parley} count`)
  const thread = await discord.until(() => discord.threadOf(question))
  let sofar = ''
  for (const { word, gate } of steps) {
    sofar += word
    await discord.until(() => said(discord.visible(thread))[0] === sofar.trim())
    if (word !== 'four.') expect(labels(discord.visible(thread)[0])).toEqual(['Stop'])
    gate.open()
  }
  await discord.until(() => isWhole(discord.visible(thread)))
  const [message, ...others] = discord.visible(thread)
  expect(others).toEqual([])
  expect(labels(message)).toEqual(whole)
  for (const [index, { content }] of message!.history.entries())
    expect(content.startsWith(message!.history[index - 1]?.content ?? '')).toBe(true)
})

it('every message is sent with a nonce that Discord enforces, pings nobody and unfolds no link', async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy })
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  model.next({ beats: text(`Hi @everyone, <@${ann.id}> and <@&${channel.guildId}>: https://example.org`) })
  const question = ann.says(channel, `${parley} greet all`)
  const thread = await discord.until(() => discord.threadOf(question))
  await discord.until(() => isWhole(discord.visible(thread)))
  ann.slash(thread, 'ask', { prompt: 'and in a command?' })
  await discord.until(() => said(discord.visible(thread)).length === 2 && isWhole(discord.visible(thread)))
  for (const { route, body } of discord.ledger.of('POST', sends)) {
    expect({ route, body }).toMatchObject({ body: { enforce_nonce: true, nonce: expect.any(String) } })
    expect((body as { nonce: string }).nonce.length).toBeLessThanOrEqual(25)
  }
  const worded = discord.ledger.requests.filter(({ body }) => (body as { content?: string })?.content)
  expect(worded.length).toBeGreaterThan(2)
  for (const { body, pings } of worded) {
    expect(body).toMatchObject({ allowed_mentions: { parse: [], replied_user: false } })
    expect((body as { flags: number }).flags & 4).toBe(4)
    expect(pings).toEqual({ everyone: false, users: [], roles: [] })
  }
})

it('a message that a moderator deletes while it is written stays deleted, and the talk goes on', async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy })
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const question = ann.says(channel, `${parley} tell me`)
  const thread = await discord.until(() => discord.threadOf(question))
  const [shown] = await discord.until(() => {
    const messages = discord.visible(thread)
    return messages.length > 0 ? messages : null
  })
  discord.person({ name: 'Mona', moderator: true }).deletes(shown!)
  rest.open()
  await discord.until(() => discord.ledger.requests.some(({ code }) => code === 10008))
  model.next({ beats: text('Here I am.') })
  ann.says(thread, 'and now?')
  await discord.until(() => isWhole(discord.visible(thread)))
  expect(said(discord.visible(thread))).toEqual(['Here I am.'])
})

it('the thread deleted while it is written: the model is stopped and nothing comes elsewhere', async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy })
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const question = ann.says(channel, `${parley} tell me`)
  const thread = await discord.until(() => discord.threadOf(question))
  await discord.until(() => discord.visible(thread).length > 0)
  thread.delete()
  rest.open()
  // Others are answered as ever.
  model.next({ beats: text('Here I am.') })
  const next = ann.says(channel, `${parley} are you there?`)
  const second = await discord.until(() => discord.threadOf(next))
  await discord.until(() => isWhole(discord.visible(second)))
  expect(said(discord.visible(channel))).toEqual([])
  expect(said(discord.visible(second))).toEqual(['Here I am.'])
})

it('the right to write taken away while it is written: it ends there, and others are answered', async () => {
  const { discord, model, parley, log } = await openDiscordStage({ limits: roomy })
  const home = discord.guild({ name: 'Home' })
  const [channel, other] = [home.channel({ name: 'general' }), home.channel({ name: 'other' })]
  const ann = discord.person({ name: 'Ann' })
  const rest = hold()
  model.next({ beats: [...text('x'.repeat(1_900)), rest.beat, ...text(` ${'y'.repeat(1_900)}`)] })
  const question = ann.says(channel, `${parley} tell me`)
  const thread = await discord.until(() => discord.threadOf(question))
  await discord.until(() => discord.visible(thread).length > 0)
  channel.permit({ send: false })
  rest.open()
  await discord.until(() => discord.ledger.requests.some(({ code }) => code === 50013))
  model.next({ beats: text('Here I am.') })
  const next = ann.says(other, `${parley} are you there?`)
  const second = await discord.until(() => discord.threadOf(next))
  await discord.until(() => isWhole(discord.visible(second)))
  expect(discord.ledger.requests.filter(({ code }) => code === 50013).length).toBeLessThanOrEqual(3)
  expect(log.join('\n')).not.toContain('"level":60')
})

it('after an answer that took long a short fresh message says that it is whole, where that is wished for', async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy, tuned: { pingAfterMs: 200 } })
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  model.next({ beats: [...text('First half, '), { kind: 'pause', ms: 400 }, ...text('second half.')] })
  const question = ann.says(channel, `${parley} tell me slowly`)
  const thread = await discord.until(() => discord.threadOf(question))
  await discord.until(() => discord.visible(thread).length === 2)
  expect(said(discord.visible(thread))).toEqual([
    'First half, second half.',
    '*— the answer above is complete*',
  ])
  // It goes with the answer that it speaks of.
  model.next({ beats: text('At once.') })
  ann.presses(discord.visible(thread)[0]!, 'Regenerate')
  await discord.until(() => isWhole(discord.visible(thread)) && discord.visible(thread).length === 1)
  expect(said(discord.visible(thread))).toEqual(['At once.'])
})
