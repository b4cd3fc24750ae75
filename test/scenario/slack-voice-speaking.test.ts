import { describe, expect, it } from 'vitest'
import { secondsOf } from '../fakes/openai/sounds.ts'
import { answered, enclosed, filesIn, readAloud, to, uploaded } from './slack-recordings.ts'
import { modes } from './slack-stage.ts'
import { atHome } from './slack-telling.ts'
import { ended, spoken } from './slack-watching.ts'

/** As long as the words take: a sound of the fake's has as many frames. */
const bytesOf = (words: string): number => Math.ceil((secondsOf(words) * 24_000) / 576) * 192

describe.each(modes)('by %s', (mode) => {
  it('Read aloud puts a sound into the thread of its answer, once, whoever presses', async () => {
    const { stage, slack, channel, bob, question, answer } = await answered({ mode })
    const press = bob.presses(answer, readAloud)
    const again = bob.presses(answer, readAloud)
    await Promise.all([press.answered(), again.answered()])
    await filesIn(stage, question)
    await ended(stage, 2)
    const [sound, ...more] = enclosed(stage, question)
    expect(more).toEqual([])
    expect(sound).toMatchObject({ text: '', thread: question.ts, files: [{ name: 'speech.mp3' }] })
    expect(uploaded(stage)).toHaveLength(bytesOf('Low tide is at noon.'))
    expect(to(stage, '/audio/speech').map(({ body }) => body)).toMatchObject([
      { input: 'Low tide is at noon.', response_format: 'mp3', voice: 'marin' },
    ])
    // Nothing of it stands in the channel.
    expect(slack.visible(channel)).toHaveLength(1)
  })

  it('so does 🔊 on the answer; what was spoken before costs nothing', async () => {
    const { stage, bob, ann, question, answer } = await answered({ mode })
    ann.reacts(answer, 'loud_sound')
    await filesIn(stage, question)
    bob.reacts(answer, 'loud_sound')
    await filesIn(stage, question, 2)
    expect(to(stage, '/audio/speech')).toHaveLength(1)
    // Neither other signs nor other people's messages are read.
    bob.reacts(answer, 'thumbsup')
    bob.reacts(question, 'loud_sound')
    await ended(stage, 3)
    expect(enclosed(stage, question)).toHaveLength(2)
  })
})

it('Read aloud in the menu of a message reads it below it', async () => {
  const { stage, channel, ann, bob } = await atHome()
  const message = bob.says(channel, 'The ferry sails at *nine*.')
  await ann.shortcut(message, 'parley.read-aloud').answered()
  await filesIn(stage, message)
  expect(to(stage, '/audio/speech').map(({ body }) => body)).toMatchObject([
    { input: 'The ferry sails at nine.' },
  ])
  expect(spoken(stage, channel)).toEqual([])
})

it('/parley speak speaks in the format and the voice that are wanted', async () => {
  const { stage, channel, ann } = await atHome()
  await ann.slash(channel, '/parley', 'speak Hello, harbour voice=cedar format=wav').answered()
  const [sound] = await filesIn(stage, channel)
  expect(sound?.files).toMatchObject([{ name: 'speech.wav' }])
  expect(uploaded(stage).toString('latin1', 0, 4)).toBe('RIFF')
  expect(to(stage, '/audio/speech').map(({ body }) => body)).toMatchObject([
    { input: 'Hello, harbour', voice: 'cedar', response_format: 'wav' },
  ])
})
