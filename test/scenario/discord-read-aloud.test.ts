import { describe, expect, it } from 'vitest'
import { secondsOf } from '../fakes/openai/sounds.ts'
import { answered, atHome, ended, filesIn, sentTo, some, spokenWords } from './discord-media-telling.ts'
import { replyTo, said } from './discord-telling.ts'
import { finished, spoken } from './discord-watching.ts'

describe('Read aloud', () => {
  it('by the button is a voice message in the answer’s thread, for whoever wants to hear it', async () => {
    const stage = await atHome()
    const { thread, answer } = await answered(stage)
    stage.bob.presses(answer, 'Read aloud')
    const [sound] = await stage.discord.until(() => some(filesIn(stage, thread)))
    expect(sound).toMatchObject({ isVoice: true })
    expect(spokenWords(stage)).toEqual(['The answer.'])
    expect(said(spoken(stage, thread))[0]).toBe('The **answer**.')
    expect(spoken(stage, stage.channel)).toEqual([])
  })

  it('that is forbidden there is told to the one who pressed, with what to allow', async () => {
    const stage = await atHome()
    const { thread, answer } = await answered(stage)
    const missing = { code: 50013, message: 'Missing Permissions' }
    stage.discord.faults.next(
      { method: 'POST', route: '/channels/:channel/messages' },
      { status: 403, body: missing } as never,
      9,
    )
    const press = stage.bob.presses(answer, 'Read aloud')
    await stage.discord.until(() => press.replies().length > 0)
    expect(press.replies()).toMatchObject([
      {
        ephemeral: true,
        content: expect.stringMatching(/can’t send what you want to hear: .*Send Messages in Threads/),
      },
    ])
    expect(filesIn(stage, thread)).toEqual([])
    expect(said(spoken(stage, thread))).toHaveLength(1)
  })

  it('by 🔊 is the same', async () => {
    const stage = await atHome()
    const { thread, answer } = await answered(stage)
    stage.ann.reacts(answer, '🔊')
    const [sound] = await stage.discord.until(() => some(filesIn(stage, thread)))
    expect(sound).toMatchObject({ isVoice: true })
  })

  it('by the menu reads anybody’s message', async () => {
    const stage = await atHome()
    const { discord, ann, bob, channel } = stage
    ann.opensMenu(bob.says(channel, 'What **he** said.'), 'Read aloud')
    const [sound] = await discord.until(() => some(filesIn(stage, channel)))
    expect(sound).toMatchObject({ isVoice: true })
    expect(spokenWords(stage)).toEqual(['What he said.'])
    const none = ann.opensMenu(
      bob.says(channel, '', { files: [{ name: 'a.bin', bytes: new Uint8Array(3) }] }),
      'Read aloud',
    )
    await discord.until(() => /no words in it to read aloud/.test(replyTo(none) ?? ''))
  })

  it('of 9,000 characters is spoken in pieces that are joined in order', async () => {
    const stage = await atHome()
    const sentences = Array.from(
      { length: 200 },
      (_, index) => `This is sentence number ${index} of the long answer.`,
    )
    const text = sentences.join(' ')
    expect(text.length).toBeGreaterThan(9_000)
    const { thread, answer } = await answered(stage, text)
    stage.ann.presses(answer, 'Read aloud')
    const sounds = await stage.discord.until(
      () => some(filesIn(stage, thread).filter(({ isVoice }) => isVoice)),
      25_000,
    )
    const first = (piece: string) => Number(/number (\d+)/.exec(piece)?.[1])
    const pieces = spokenWords(stage).toSorted((a, b) => first(a) - first(b))
    expect(pieces.every((piece) => piece.length <= 4_096)).toBe(true)
    // Lines end with a sentence: a voice pauses there.
    expect(pieces.join(' ').split(/\n|(?<=\.) /)).toEqual(sentences)
    expect(sounds).toHaveLength(1)
    const whole = pieces.reduce((sum, piece) => sum + secondsOf(piece), 0)
    expect(sounds[0]!.voice!.seconds).toBeCloseTo(whole, 0)
  }, 40_000)
})

describe('/voice', () => {
  it('shows, sets and refuses, and is heard in what is spoken then', async () => {
    const stage = await atHome()
    const { discord, ann, channel } = stage
    const tells = async (options: Record<string, string>, words: RegExp) => {
      const call = ann.slash(channel, 'voice', options)
      await discord.until(() => words.test(replyTo(call) ?? ''))
      return call.replies()[0]!.ephemeral
    }
    expect(await tells({}, /\*\*Voice:\*\* `marin`, files as mp3/)).toBe(true)
    expect(await tells({ name: 'cedar', speed: '1.5', instructions: 'Be calm.' }, /speak as `cedar`/)).toBe(
      false,
    )
    expect(await tells({ speed: '9' }, /0\.25 to 4/)).toBe(true)
    expect(await tells({}, /`cedar`.*1\.5 times.*Be calm\./s)).toBe(true)
    ann.slash(channel, 'speak', { text: 'Hello' })
    await discord.until(() => filesIn(stage, channel).length === 1)
    expect(sentTo(stage, '/audio/speech')[0]?.body).toMatchObject({
      voice: 'cedar',
      speed: 1.5,
      instructions: 'Be calm.',
    })
  })

  it('offers the voices that are known', async () => {
    const stage = await atHome()
    const offered = await stage.ann.types(stage.channel, 'voice', 'name', 'ced')
    expect(offered.map(({ value }) => value)).toContain('cedar')
  })

  it('always: every answer is spoken, in its thread, and no other channel’s is', async () => {
    const stage = await atHome()
    const { discord, home, ann, channel, parley } = stage
    const set = ann.slash(channel, 'voice', { always: 'on' })
    await discord.until(() => /Every answer is read aloud/.test(replyTo(set) ?? ''))
    const { thread } = await answered(stage)
    await discord.until(() => filesIn(stage, thread).length === 1)
    ann.says(thread, 'and again?')
    await finished(stage, thread, /and again/)
    await discord.until(() => filesIn(stage, thread).length === 2)
    expect(filesIn(stage, thread).every(({ isVoice }) => isVoice)).toBe(true)
    const other = home.channel({ name: 'quiet' })
    const question = ann.says(other, `${parley} silence?`)
    const quiet = await discord.until(() => discord.threadOf(question))
    await finished(stage, quiet, /silence/)
    await ended(stage, 5)
    expect(filesIn(stage, quiet)).toEqual([])
    expect(spokenWords(stage)).toHaveLength(2)
  })
})
