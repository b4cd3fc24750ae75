import { describe, expect, it } from 'vitest'
import type { FakePerson } from '../fakes/slack/people.ts'
import { answering, clip, filesIn, hears, recording, to, uploaded } from './slack-recordings.ts'
import { modes } from './slack-stage.ts'
import { atHome, labels, said } from './slack-telling.ts'
import { finished, handle, patienceMs, prompt, spoken } from './slack-watching.ts'

const correct = 'parley.correct'

describe.each(modes)('by %s', (mode) => {
  it('what was heard wrong is written right by its asker alone, and answered anew in its place', async () => {
    const { stage, slack, model, parley, team, channel, ann, bob } = await atHome({ mode })
    model.always(answering('Hello Kai.', hears('My name is Kai.')))
    const question = ann.says(channel, parley, { files: [clip()] })
    const answer = handle(await finished(stage, question, '> 🎤 My name is Kai.\n\nHello Kai.'), team.id)
    const form = async (who: FakePerson) => {
      const press = await who.presses(answer, correct).answered()
      return slack.until(() => press.modal())
    }
    const toldAlone = (who: FakePerson) =>
      said(slack.visible(channel, { as: who, thread: 'all' }).filter(({ ephemeral }) => ephemeral))

    expect((await bob.presses(answer, correct).answered()).modal()).toBeNull()
    await slack.until(() => toldAlone(bob)[0])
    expect(toldAlone(bob)[0]).toMatch(/only whoever asked can/)

    const view = await form(ann)
    expect(view.title).toBe('Correct what was heard')
    expect(view.blocks).toMatchObject([
      { element: { multiline: true, initial_value: 'My name is Kai.', max_length: 3_000 } },
    ])
    model.always(answering('Hello Kay.'))
    await ann.submits(view, { text: 'My name is Kay.' })
    const again = await finished(stage, question, '> 🎤 My name is Kay.\n\nHello Kay.')
    expect(again.ts).toBe(answer.ts)
    expect(spoken(stage, question)).toHaveLength(1)
    expect(prompt(stage, -1)).toEqual(['user: [Voice note, 3 s, transcript]\nMy name is Kay.'])
    expect(to(stage, '/audio/transcriptions')).toHaveLength(1)
    await slack.until(() => toldAlone(ann)[0])
    expect(toldAlone(ann)).toEqual(['Thank you. The question is answered anew.'])
  })
})

it('Transcribe in the menu of a message writes down below it what is said in it', async () => {
  const { stage, slack, model, channel, ann, bob } = await atHome()
  model.always(hears('Mein Name ist Kai.', 'de'))
  const message = ann.says(channel, 'listen', { files: [recording()] })
  await bob.shortcut(message, 'parley.transcribe').answered()
  const words = '**3 s, German**\n\n> Mein Name ist Kai.'
  await slack.until(() => said(spoken(stage, message)).includes(words), patienceMs)
  await slack.until(() => labels(spoken(stage, message)[0]).length === 0, patienceMs)
  expect(spoken(stage, channel)).toEqual([])
  const empty = ann.says(channel, 'words alone')
  await bob.shortcut(empty, 'parley.transcribe').answered()
  await slack.until(() => spoken(stage, empty)[0], patienceMs)
  expect(spoken(stage, empty)[0]?.text).toMatch(/^There is no recording to transcribe/)
  expect(labels(spoken(stage, empty)[0])).toEqual([])
})

it('of what is long the beginning is shown, and all of it is in a file below', async () => {
  const { stage, model, channel, ann } = await atHome()
  const long = 'A sentence of words. '.repeat(200).trim()
  model.always(hears(long))
  const message = ann.says(channel, 'listen', { files: [recording()] })
  await ann.shortcut(message, 'parley.transcribe').answered()
  const [file] = await filesIn(stage, message)
  expect(file?.files).toMatchObject([{ name: 'question.txt' }])
  expect(uploaded(stage).toString()).toBe(`${long}\n`)
  expect(said(spoken(stage, message))[0]).toMatch(/^\*\*3 s, English\*\*\n\n> A sentence.{400,700} …$/)
})

it('/parley transcribe says how to have a file transcribed, for Slack hands commands none', async () => {
  const { channel, ann, slack } = await atHome()
  const { ackBody } = await ann.slash(channel, '/parley', 'transcribe language=German as=srt').answered()
  expect(ackBody).toMatchObject({
    response_type: 'ephemeral',
    text: expect.stringMatching(/open the menu of that message .* choose _Transcribe_/),
  })
  expect(said(slack.visible(channel))).toEqual([])
})
