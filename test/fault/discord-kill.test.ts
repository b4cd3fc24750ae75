import { describe, expect, it } from 'vitest'
import type { DiscordFake } from '../fakes/discord/discord-fake.ts'
import type { FakeInteraction } from '../fakes/discord/interaction-handle.ts'
import type { FakeChannel } from '../fakes/discord/places.ts'
import { hold, text } from '../fakes/openai/script.ts'
import { inDeltas, isWhole, numbered, replyTo, said } from '../scenario/discord-telling.ts'
import { mortal } from './discord-mortal.ts'

const kills = process.env.PARLEY_FAULT === 'full' ? 200 : 2

describe('kill -9', () => {
  it('finishes by editing what was shown, and nothing stands twice', async () => {
    const { discord, model, killed } = await mortal()
    const home = discord.guild({ name: 'Home' })
    const ann = discord.person({ name: 'Ann' })
    const long = numbered(700)
    let isBefore = true
    model.always(({ body }) => {
      const words = JSON.stringify(body)
      const stop = isBefore ? [hold().beat] : []
      if (words.includes('thinking')) return { beats: [...stop, ...text('Low tide.')] }
      if (words.includes('a lot')) return { beats: [...inDeltas(long, 100), ...stop] }
      return { beats: [...text('First half, '), ...stop, ...text('second half.')] }
    })
    const asks = (words: string, faults: (question: string) => void = () => undefined) => {
      const channel = home.channel({ name: 'general' })
      const question = ann.says(channel, `<@${discord.bot.id}> ${words}`)
      faults(question.id)
      return { channel, seen: () => discord.visible({ id: question.id } as FakeChannel) }
    }
    const shown = asks('tell me')
    const three = asks('tell me a lot')
    // Its first message was sent, and the reply never came.
    const unsure = asks('tell me, too', (id) =>
      discord.faults.next(
        { method: 'POST', route: new RegExp(`/channels/${id}/messages$`) },
        'lose the reply',
      ),
    )
    const channel = home.channel({ name: 'general' })
    const thinking = ann.slash(channel, 'ask', { prompt: 'thinking' })
    const replying = ann.slash(channel, 'ask', { prompt: 'tell me here' })
    await discord.until(
      () =>
        shown.seen().length === 1 &&
        three.seen().length === 3 &&
        unsure.seen().length === 1 &&
        thinking.acknowledged &&
        replyTo(replying) === 'First half,',
    )
    const drafts = [shown, three, unsure].map(({ seen }) => seen().map(({ id }) => id))
    isBefore = false
    await killed()

    const asked = [shown, three, unsure]
    await discord.until(
      () =>
        asked.every(({ seen }) => isWhole(seen())) &&
        isWhole(thinking.replies()) &&
        isWhole(replying.replies()),
      15_000,
    )
    expect(asked.map(({ seen }) => seen().map(({ id }) => id))).toEqual(drafts)
    expect(said(shown.seen())).toEqual(['First half, second half.'])
    expect(
      said(three.seen())
        .join(' ')
        .match(/word\d+/g)!
        .join(' '),
    ).toBe(long)
    expect(said(unsure.seen())).toEqual(['First half, second half.'])
    expect(said(discord.visible(channel))).toEqual(['Low tide.', 'First half, second half.'])
    for (const each of asked) expect(said(discord.visible(each.channel))).toEqual([])
  }, 40_000)

  it(`at any moment, ${kills} times: each question is answered once and whole`, async () => {
    const { discord, model, kill, begin } = await mortal()
    const seed = Number(process.env.PARLEY_SEED ?? Date.now() % 1_000_000)
    console.log(`PARLEY_SEED=${seed}`)
    const random = mulberry(seed)
    const home = discord.guild({ name: 'Home' })
    const ann = discord.person({ name: 'Ann' })
    const answer = numbered(450)
    model.always({
      beats: inDeltas(answer, 150).flatMap((beat) => [beat, { kind: 'pause', ms: 8 } as const]),
    })
    const channel = home.channel({ name: 'general' })
    const told: { readonly name: string; seen(): ReturnType<DiscordFake['visible']> }[] = []
    const first = ann.says(channel, `<@${discord.bot.id}> hello`)
    const before = await discord.until(() => discord.threadOf(first))
    await discord.until(() => isWhole(discord.visible(before)), 10_000)
    // How far it has heard is kept once a second; before that all is new to it, and nothing missed.
    await pause(1_200)
    for (let turn = 0; turn < kills; turn++) {
      const delay = Math.floor(random() * 500)
      if (turn % 3 === 1) {
        const asked: FakeInteraction = ann.slash(channel, 'ask', { prompt: `question ${turn}` })
        // What Discord never saw acknowledged, its client shows as failed: nothing is owed.
        const isOwed = await asked.answered().then(
          () => true,
          () => false,
        )
        await pause(delay)
        if (isOwed)
          told.push({ name: `/ask ${turn} killed after ${delay} ms`, seen: () => [...asked.replies()] })
      } else {
        const question = ann.says(channel, `<@${discord.bot.id}> question ${turn}`)
        await pause(delay)
        const thread = (): FakeChannel => ({ id: question.id }) as FakeChannel
        told.push({
          name: `question ${turn} killed after ${delay} ms`,
          seen: () => discord.visible(thread()),
        })
      }
      await kill()
      await begin()
      // Who is killed each second for minutes finishes nothing: a question that meets 100 ends is given up.
      if (turn % 25 === 24) await discord.until(() => told.every(({ seen }) => isWhole(seen())), 30_000)
    }
    await discord.until(() => told.every(({ seen }) => isWhole(seen())), 30_000).catch(() => undefined)
    const wrong = told.flatMap(({ name, seen }) => {
      const words = said(seen())
        .join(' ')
        .match(/word\d+/g)
        ?.join(' ')
      return words === answer && isWhole(seen()) ? [] : [{ name, shown: said(seen()) }]
    })
    expect(wrong).toEqual([])
    // Nothing stands in the channel beside the replies to its commands.
    const replies = new Set(told.flatMap(({ seen }) => seen().map(({ id }) => id)))
    expect(discord.visible(channel).filter(({ fromBot, id }) => fromBot && !replies.has(id))).toEqual([])
  }, 600_000)
})

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Repeatable chance. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
