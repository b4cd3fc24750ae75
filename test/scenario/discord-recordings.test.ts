import { describe, expect, it } from 'vitest'
import { png } from '../fakes/png.ts'
import {
  atHome,
  ended,
  filesIn,
  hears,
  lastParts,
  note,
  sentTo,
  some,
  spentBy,
} from './discord-media-telling.ts'
import { replyTo } from './discord-telling.ts'
import { asked, finished } from './discord-watching.ts'

describe('a recording with words', () => {
  const song = { name: 'memo.ogg', type: 'audio/ogg', bytes: note }

  it('that are edited is answered anew, and not heard again', async () => {
    const stage = await atHome()
    const { discord, channel, ann, parley } = stage
    const question = ann.says(channel, `${parley} sum it up`, { files: [song] })
    const thread = await discord.until(() => discord.threadOf(question))
    const answer = await finished(stage, thread, /sum it up/)
    expect(answer.content).toMatch(/^> 🎤 The words in memo\.ogg/)
    ann.edits(question, `${parley} translate it`)
    await finished(stage, thread, /translate it/)
    expect(sentTo(stage, '/audio/transcriptions')).toHaveLength(1)
  })

  it('among files of every kind is told in order; one that can’t be read is named, and the rest is answered', async () => {
    const stage = await atHome()
    const { discord, model, channel, ann, parley } = stage
    model.next(hears('Good morning.'))
    const files = [
      { name: 'a.png', type: 'image/png', bytes: png(4, 4) },
      song,
      {
        name: 'program.bin',
        type: 'application/octet-stream',
        bytes: new Uint8Array([0, 1, 2, 3, 255, 254, 0, 9]),
      },
      { name: 'data.csv', type: 'text/csv', bytes: Buffer.from('city,country\nParis,France\n') },
    ]
    const question = ann.says(channel, `${parley} what is all this?`, { files })
    const thread = await discord.until(() => discord.threadOf(question))
    const answer = await finished(stage, thread, /I see 1 image/)
    const above = answer.content.split('\n\n')[0]!.split('\n')
    expect(above).toEqual(['> 🎤 Good morning.', expect.stringMatching(/^> `program\.bin`: /)])
    const parts = lastParts(asked(stage)[0]).map(({ type, text }) => text ?? type)
    const at = (what: string) => parts.findIndex((part) => part.includes(what))
    const order = ['what is all this?', 'input_image', 'Good morning.', 'Paris,France'].map(at)
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  it('may come without words', async () => {
    const stage = await atHome()
    stage.ann.says('dm', '', { files: [song] })
    await finished(stage, 'dm', /^> 🎤 The words in memo\.ogg/, stage.ann)
  })
})

describe('/transcribe', () => {
  const memo = { name: 'memo.ogg', type: 'audio/ogg', bytes: note }

  it('writes down what is said, and asks no model for an answer', async () => {
    const stage = await atHome()
    stage.model.next(hears('Good *day*.\nBye.'))
    const call = stage.ann.slash(stage.channel, 'transcribe', { file: memo, language: 'German' })
    await stage.discord.until(() => replyTo(call) === '**3 s, English**\n\n> Good *day*.\n> Bye.')
    expect(sentTo(stage, '/audio/transcriptions')[0]?.body).toMatchObject({ language: 'de' })
    expect(asked(stage)).toEqual([])
    expect(filesIn(stage, stage.channel)).toEqual([])
  })

  it('sends what is long as a file, below its beginning', async () => {
    const stage = await atHome()
    const long = 'A sentence of words. '.repeat(200).trim()
    stage.model.next(hears(long))
    const call = stage.ann.slash(stage.channel, 'transcribe', { file: memo })
    const [file] = await stage.discord.until(() => some(filesIn(stage, stage.channel)))
    expect(file).toMatchObject({ name: 'memo.txt' })
    expect(new TextDecoder().decode(file!.bytes)).toBe(`${long}\n`)
    expect(replyTo(call)).toMatch(/^\*\*3 s, English\*\*\n\n> A sentence.{400,700} …$/)
  })

  it.each([
    ['srt', '1\n00:00:00,000 --> 00:00:02,832\n'],
    ['vtt', 'WEBVTT\n\n00:00:00.000 --> 00:00:02.832\n'],
  ])('makes subtitles: %s', async (as, beginning) => {
    const stage = await atHome()
    stage.ann.slash(stage.channel, 'transcribe', { file: memo, as })
    const [file] = await stage.discord.until(() => some(filesIn(stage, stage.channel)))
    expect(file).toMatchObject({ name: `memo.${as}` })
    expect(new TextDecoder().decode(file!.bytes)).toContain(beginning)
  })

  it('says what is wrong: a language that nobody knows, a file without a sound', async () => {
    const stage = await atHome()
    const { discord, ann, channel } = stage
    const wrong = ann.slash(channel, 'transcribe', { file: memo, language: 'klingon' })
    await discord.until(() => /`klingon` is no language/.test(replyTo(wrong) ?? ''))
    const silent = ann.slash(channel, 'transcribe', {
      file: { name: 'a.png', type: 'image/png', bytes: png(4, 4) },
    })
    await discord.until(() => /`a\.png` holds no sound/.test(replyTo(silent) ?? ''))
    expect(sentTo(stage, '/audio/transcriptions')).toEqual([])
  })

  it('is in the menu of a message that has a recording, and says so of one that has none', async () => {
    const stage = await atHome()
    const { discord, ann, bob, channel } = stage
    const his = bob.sendsVoice(channel, { bytes: note, seconds: 3 })
    const call = ann.opensMenu(his, 'Transcribe')
    await discord.until(() => /> The words in voice-message\.ogg/.test(replyTo(call) ?? ''))
    const none = ann.opensMenu(bob.says(channel, 'nothing to hear'), 'Transcribe')
    await discord.until(() => /There is no recording to transcribe/.test(replyTo(none) ?? ''))
  })

  it('that is stopped lets go upstream', async () => {
    const stage = await atHome()
    const { discord, model, channel, ann } = stage
    model.next({ kind: 'hang' })
    const call = ann.slash(channel, 'transcribe', { file: memo })
    const request = await discord.until(() => sentTo(stage, '/audio/transcriptions')[0])
    ann.slash(channel, 'stop')
    expect(await request.closed).toBe('aborted')
    await discord.until(() => /stopped/.test(replyTo(call) ?? ''))
  })

  it('is booked, and nothing stays set aside', async () => {
    const stage = await atHome()
    const { discord, ann, channel } = stage
    const call = ann.slash(channel, 'transcribe', { file: memo })
    await discord.until(() => replyTo(call))
    await ended(stage, 1)
    expect(await spentBy(stage)).toEqual({ booked: expect.any(Number), reserved: 0 })
    expect((await spentBy(stage)).booked).toBeGreaterThan(0)
  })
})
