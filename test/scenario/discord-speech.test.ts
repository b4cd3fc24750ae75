import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileTypeFromBuffer } from 'file-type'
import { describe, expect, it, onTestFinished } from 'vitest'
import { secondsOf } from '../fakes/openai/sounds.ts'
import { listen } from '../fakes/sounds.ts'
import {
  answered,
  atHome,
  ended,
  filesIn,
  sentTo,
  some,
  spentBy,
  spokenWords,
} from './discord-media-telling.ts'
import { replyTo, said } from './discord-telling.ts'
import { spoken } from './discord-watching.ts'

/** The voice message that is there, decoded. */
async function heard(bytes: Uint8Array) {
  const directory = mkdtempSync(join(tmpdir(), 'parley-heard-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, 'voice.ogg')
  writeFileSync(path, bytes)
  const { samples, ...facts } = await listen(path)
  return { ...facts, samples, seconds: samples.length / 48_000 }
}

const loudness = (samples: Int16Array, from: number, to: number): number => {
  const part = samples.subarray(Math.floor(samples.length * from), Math.floor(samples.length * to))
  return Math.sqrt(part.reduce((sum, one) => sum + one * one, 0) / part.length)
}

describe('/speak', () => {
  it('is a voice message: one channel, 48 kHz, as long as what is said, and drawn as loud as it is', async () => {
    const stage = await atHome()
    const words = 'The quick brown fox jumps over the lazy dog, and then it rests for a while in the shade.'
    stage.ann.slash(stage.channel, 'speak', { text: words })
    const [sound] = await stage.discord.until(() => some(filesIn(stage, stage.channel)))
    expect(sound).toMatchObject({ isVoice: true, name: 'voice-message.ogg', type: 'audio/ogg' })
    const { channels, rate, seconds, samples } = await heard(sound!.bytes)
    expect({ channels, rate }).toEqual({ channels: 1, rate: 48_000 })
    expect(seconds).toBeCloseTo(secondsOf(words), 0)
    expect(sound!.voice!.seconds).toBeCloseTo(seconds, 1)
    // The fake's voice swells and fades.
    const points = Buffer.from(sound!.voice!.waveform, 'base64')
    const middle = points[Math.floor(points.length / 2)]!
    expect(points.length).toBeLessThanOrEqual(256)
    expect(middle).toBeGreaterThan(points[0]! + 50)
    expect(middle).toBeGreaterThan(points.at(-1)! + 50)
    expect(loudness(samples, 0.4, 0.6)).toBeGreaterThan(2 * loudness(samples, 0, 0.1))
    // Nothing else is left of the command: no "is thinking…" either.
    expect(stage.discord.visible(stage.channel)).toHaveLength(1)
  })

  it('with a format is a file of it', async () => {
    const stage = await atHome()
    const { discord, home, ann } = stage
    const formats = {
      mp3: ['audio/mpeg'],
      opus: ['audio/ogg; codecs=opus', 'audio/ogg'],
      aac: ['audio/aac'],
      flac: ['audio/flac', 'audio/x-flac'],
      wav: ['audio/wav'],
    }
    const told = [...Object.entries(formats), ['pcm', ['audio/wav', undefined]] as const].map(
      ([format, types]) => {
        const channel = home.channel({ name: format })
        const call = ann.slash(channel, 'speak', { text: 'Hello there.', format, voice: 'cedar' })
        return { format, types, channel, call }
      },
    )
    for (const { format, types, channel, call } of told) {
      const [sound] = await discord.until(() => some(filesIn(stage, channel)), 10_000)
      expect(sound).toMatchObject({ isVoice: false, voice: null })
      expect(types, format).toContain((await fileTypeFromBuffer(sound!.bytes))?.mime)
      expect(call.replies()).toHaveLength(1)
      expect(sentTo(stage, '/audio/speech').map(({ body }) => body)).toContainEqual(
        expect.objectContaining({ response_format: format, voice: 'cedar' }),
      )
    }
  })

  it('is a file in the reply where Parley is no member, and can’t send voice messages', async () => {
    const stage = await atHome()
    const lounge = stage.discord.guild({ name: 'Elsewhere', installed: false }).channel({ name: 'lounge' })
    const call = stage.ann.slash(lounge, 'speak', { text: 'Hello there.' }, { installed: 'user' })
    await stage.discord.until(() => call.replies().some(({ attachments }) => attachments.length === 1))
    expect(call.replies()).toMatchObject([{ isVoice: false, attachments: [{ name: 'speech.mp3' }] }])
  })

  it('says in words when there is nothing to say, when there is no money, and when the voice fails', async () => {
    const stage = await atHome()
    const { discord, ann, channel, model } = stage
    const code = ann.slash(channel, 'speak', { text: '```\n1\n```' })
    await discord.until(() => /no words in it to read aloud/.test(replyTo(code) ?? ''))
    expect(sentTo(stage, '/audio/speech')).toEqual([])
    model.always({ kind: 'status', status: 400, message: 'This voice is ill.', code: 'invalid_value' })
    const failed = ann.slash(channel, 'speak', { text: 'Hello' })
    await discord.until(() => (replyTo(failed) ?? '').length > 10)
    expect(replyTo(failed)).toContain('This voice is ill.')
    expect(filesIn(stage, channel)).toEqual([])
  })

  it('is not begun without money', async () => {
    const stage = await atHome({ policy: 'budgets: { day: { all: 0.0000001 } }\n' })
    const call = stage.ann.slash(stage.channel, 'speak', { text: 'Hello there' })
    await stage.discord.until(() => /budget|limit/i.test(replyTo(call) ?? ''))
    expect(sentTo(stage, '/audio/speech')).toEqual([])
  })

  it('that is stopped lets go upstream, and sends nothing', async () => {
    const stage = await atHome()
    const { discord, model, channel, ann } = stage
    model.next({ kind: 'hang' })
    const call = ann.slash(channel, 'speak', { text: 'Hello' })
    const request = await discord.until(() => sentTo(stage, '/audio/speech')[0])
    ann.slash(channel, 'stop')
    expect(await request.closed).toBe('aborted')
    await discord.until(() => /stopped/.test(replyTo(call) ?? ''))
    expect(filesIn(stage, channel)).toEqual([])
  })

  it('is booked, and made once for the same words', async () => {
    const stage = await atHome()
    const { discord, ann, bob, channel } = stage
    ann.slash(channel, 'speak', { text: 'Hello there' })
    await discord.until(() => filesIn(stage, channel).length === 1)
    bob.slash(channel, 'speak', { text: 'Hello there' })
    await discord.until(() => filesIn(stage, channel).length === 2)
    expect(spokenWords(stage)).toEqual(['Hello there'])
    await ended(stage, 2)
    const { booked, reserved } = await spentBy(stage)
    expect(booked).toBeGreaterThan(0)
    expect(reserved).toBe(0)
  })
})

describe('a voice message that isn’t taken', () => {
  it('is an mp3 where Parley may not send any', async () => {
    const stage = await atHome()
    stage.channel.permit({ sendVoice: false })
    const call = stage.ann.slash(stage.channel, 'speak', { text: 'Hello there' })
    const [sound] = await stage.discord.until(() => some(filesIn(stage, stage.channel)))
    expect(sound).toMatchObject({ isVoice: false, name: 'speech.mp3', type: 'audio/mpeg' })
    await stage.discord.until(() => replyTo(call) !== null)
    expect(stage.discord.visible(stage.channel)).toHaveLength(1)
  })

  it('is an mp3 also where Discord alone knows that', async () => {
    const stage = await atHome()
    const { thread, answer } = await answered(stage)
    stage.discord.faults.next({ method: 'POST', route: '/channels/:channel/messages' }, {
      status: 403,
      body: { code: 50173, message: 'You do not have permission to send voice messages.' },
    } as never)
    stage.ann.presses(answer, 'Read aloud')
    const [sound] = await stage.discord.until(() => some(filesIn(stage, thread)))
    expect(sound).toMatchObject({ isVoice: false, name: 'speech.mp3' })
  })

  it('is words where no files may be sent at all', async () => {
    const stage = await atHome()
    const { thread, answer } = await answered(stage)
    stage.channel.permit({ sendVoice: false, attach: false })
    stage.ann.presses(answer, 'Read aloud')
    await stage.discord.until(() => said(spoken(stage, thread)).some((words) => /Attach Files/.test(words)))
    expect(filesIn(stage, thread)).toEqual([])
  })
})

type Home = Awaited<ReturnType<typeof atHome>>

describe('where every answer is spoken, the answer to /ask', () => {
  const asks = async (stage: Home, where: Home['channel'], more?: { installed: 'user' }) => {
    const set = stage.ann.slash(where, 'voice', { always: 'on' }, more)
    await stage.discord.until(() => /Every answer is read aloud/.test(replyTo(set) ?? ''))
    return stage.ann.slash(where, 'ask', { prompt: 'which tide is it?' }, more)
  }

  it.each([
    ['a voice message', true],
    ['a sound file', false],
  ])('stays, with %s beside it', async (_, sendVoice) => {
    const stage = await atHome()
    stage.channel.permit({ sendVoice })
    const call = await asks(stage, stage.channel)
    const [sound] = await stage.discord.until(() => some(filesIn(stage, stage.channel)))
    await ended(stage, 2)
    expect(sound?.isVoice).toBe(sendVoice)
    expect(replyTo(call)).toMatch(/which tide/)
    expect(call.replies()).toHaveLength(1)
  })

  it('stays without a sound, and nobody pays, where Parley itself can send none', async () => {
    const stage = await atHome()
    const elsewhere = stage.discord.guild({ name: 'Elsewhere', installed: false }).channel({ name: 'x' })
    const call = await asks(stage, elsewhere, { installed: 'user' })
    await ended(stage, 1)
    stage.channel.permit({ sendVoice: false, attach: false })
    const here = await asks(stage, stage.channel)
    await ended(stage, 2)
    for (const one of [call, here]) expect(replyTo(one)).toMatch(/which tide/)
    expect(sentTo(stage, '/audio/speech')).toEqual([])
    expect([...filesIn(stage, elsewhere), ...filesIn(stage, stage.channel)]).toEqual([])
  })
})
