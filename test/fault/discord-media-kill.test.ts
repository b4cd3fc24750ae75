import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { png } from '../fakes/png.ts'
import { note } from '../scenario/discord-media-telling.ts'
import { labels, said } from '../scenario/discord-telling.ts'
import { mortal } from './discord-mortal.ts'

const image = (bytes: Uint8Array, partial: boolean) => ({
  kind: 'image' as const,
  base64: Buffer.from(bytes).toString('base64'),
  partial,
})

describe('kill -9 while it hears, speaks and paints', () => {
  it('each comes once, and whole', async () => {
    const { discord, model, killed } = await mortal('budgets: off\npainting: { in_conversations: true }\n')
    const home = discord.guild({ name: 'Home' })
    const ann = discord.person({ name: 'Ann' })
    let isBefore = true
    model.always(({ path, body }) => {
      if (isBefore && path !== '/responses') return { kind: 'hang' }
      const stop = isBefore ? [hold().beat] : []
      if (JSON.stringify(body).includes('a lighthouse'))
        return {
          beats: [image(png(2, 2), true), ...stop, image(png(40, 40), false), ...text('There it is.')],
        }
      return { beats: text('An answer.') }
    })
    const [spoken, painted, written] = ['spoken', 'painted', 'written'].map((name) => home.channel({ name }))
    ann.slash(spoken!, 'speak', { text: 'Hello there.' })
    ann.slash(painted!, 'image', { prompt: 'A boat' })
    ann.slash(written!, 'transcribe', { file: { name: 'memo.ogg', type: 'audio/ogg', bytes: note } })
    ann.sendsVoice('dm', { bytes: note, seconds: 3 })
    const along = home.channel({ name: 'along' })
    const question = ann.says(along, `<@${discord.bot.id}> paint a lighthouse`)
    const thread = await discord.until(() => discord.threadOf(question), 10_000)
    const files = (where: { readonly id: string }) =>
      discord.visible(where).flatMap(({ attachments }) => attachments)
    const came = (path: string) => model.ledger.filter((one) => one.path === path).length
    await discord.until(
      () =>
        came('/audio/speech') === 1 &&
        came('/images/generations') === 1 &&
        came('/audio/transcriptions') === 2 &&
        files(thread).length === 1,
      15_000,
    )
    isBefore = false
    await killed()

    const inDm = () => discord.visible('dm', { as: ann }).filter(({ fromBot }) => fromBot)
    await discord.until(
      () =>
        files(spoken!).length === 1 &&
        discord.visible(spoken!).length === 1 &&
        files(painted!).length === 1 &&
        said(discord.visible(written!)).some((words) => words.includes('memo.ogg')) &&
        said(inDm()).some((words) => words.includes('An answer.')) &&
        files(thread)[0]?.bytes.length === png(40, 40).length,
      20_000,
    )
    await discord.until(
      () => discord.visible(thread).length === 2 && labels(discord.visible(thread)[0]).length > 1,
      10_000,
    )
    expect(discord.visible(spoken!)).toMatchObject([{ isVoice: true, loading: false }])
    expect(discord.visible(painted!)).toMatchObject([
      { loading: false, attachments: [{ name: 'picture.png' }] },
    ])
    expect(discord.visible(written!)).toMatchObject([{ loading: false }])
    expect(said(inDm())).toEqual([`> 🎤 The words in voice-message.ogg, ${note.length} bytes.\n\nAn answer.`])
    expect(discord.visible(thread).map(({ content, attachments }) => [content, attachments.length])).toEqual([
      ['There it is.', 0],
      ['', 1],
    ])
  }, 60_000)

  it('a voice message whose sending nobody confirmed is found after the start, and not sent again', async () => {
    const { discord, model, killed } = await mortal()
    const ann = discord.person({ name: 'Ann' })
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    discord.faults.next({ method: 'POST', route: '/channels/:channel/messages' }, 'lose the reply', 1)
    ann.slash(channel, 'speak', { text: 'Hello there.' })
    await discord.until(() => discord.visible(channel).some(({ isVoice }) => isVoice), 15_000)
    await killed()
    await discord.until(() => discord.visible(channel).every(({ loading }) => !loading), 15_000)
    expect(discord.visible(channel)).toMatchObject([{ isVoice: true }])
    expect(model.ledger.filter(({ path }) => path === '/audio/speech')).toHaveLength(1)
  }, 60_000)
})
