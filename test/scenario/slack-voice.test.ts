import { describe, expect, it } from 'vitest'
import { png } from '../fakes/png.ts'
import { answering, clip, down, film, hears, recording, to } from './slack-recordings.ts'
import { modes } from './slack-stage.ts'
import { atHome, labels } from './slack-telling.ts'
import { ended, finished, patienceMs, prompt, spoken } from './slack-watching.ts'

describe.each(modes)('by %s', (mode) => {
  it('a voice clip without words is quoted and answered in direct messages', async () => {
    const { stage, model, ann } = await atHome({ mode })
    model.always(answering('Low.'))
    const question = ann.says('dm', '', { files: [clip()] })
    const answer = await finished(stage, question, '> 🎤 Which tide is it?\n\nLow.', ann)
    expect(labels(answer)).toEqual(['Regenerate', '🔊 Read aloud', 'Correct transcript'])
    expect(prompt(stage, -1)).toEqual(['user: [Voice note, 3 s, transcript]\nWhich tide is it?'])
  })
})

it('a clip is heard with a mention in a channel; a film without a picture goes on in the thread', async () => {
  const { stage, model, parley, channel, ann } = await atHome()
  model.always(answering('Low.'))
  const question = ann.says(channel, `${parley} listen`, { files: [clip()] })
  await finished(stage, question, '> 🎤 Which tide is it?\n\nLow.')
  model.always(answering('High.', hears('And at noon?')))
  ann.says(question, '', { files: [film] })
  await finished(stage, question, '> 🎤 And at noon?\n\nHigh.')
  expect(prompt(stage, -1)).toEqual([
    'user: listen [Voice note, 3 s, transcript]\nWhich tide is it?',
    'assistant: Low.',
    'user: [Voice note, 3 s, transcript]\nAnd at noon?',
  ])
  // What was heard once is remembered.
  expect(to(stage, '/audio/transcriptions')).toHaveLength(2)
})

it('where the model’s server is down, Slack’s own transcript stands in, which is said', async () => {
  const { stage, slack, model, ann } = await atHome()
  model.always(answering('Low.', down))
  const told = '> `audio_message.m4a`: I could not listen to it; this is the transcript that came with it.'
  const whole = ann.says('dm', '', { files: [clip({ transcript: 'which tide is it' })] })
  const begun = ann.says('dm', '', { files: [clip({ transcript: { begins: 'which tide' } })] })
  const none = ann.says('dm', '', { files: [clip({ transcript: 'processing' })] })
  await finished(stage, whole, `> 🎤 which tide is it\n${told}\n\nLow.`, ann)
  await finished(stage, begun, `> 🎤 which tide …\n${told}\n\nLow.`, ann)
  await ended(stage, 3)
  await slack.until(() => spoken(stage, none, ann).length === 1, patienceMs)
  expect(spoken(stage, none, ann)[0]?.text).toMatch(/`audio_message\.m4a`: it could not be transcribed\./)
})

it('Slack’s sign-in page is heard as no clip: the scope that is missing is named, and the clip once', async () => {
  const { stage, slack, model, ann } = await atHome()
  model.always(answering('I hear nothing.'))
  slack.faults.next({ method: 'file' }, { status: 200, body: '<html><form id="signin"></form></html>' })
  const question = ann.says('dm', 'what do I say?', { files: [clip()] })
  const { text } = await finished(stage, question, /I hear nothing\./, ann)
  expect(text).toMatch(/^> `audio_message\.m4a`: it could not be fetched: Slack .*files:read/)
  expect(text.match(/audio_message/g)).toHaveLength(1)
  expect(to(stage, '/audio/transcriptions')).toEqual([])
})

it('a clip, a recording, a picture, a text and something else come to the model as what they are', async () => {
  const { stage, model, ann } = await atHome()
  model.always(answering('All seen.'))
  const files = [
    clip(),
    recording(),
    { name: 'sea.png', bytes: png(8, 8) },
    { name: 'notes.txt', bytes: Buffer.from('Low tide at noon') },
    { name: 'a.zip', bytes: Buffer.from('PK\u0003\u0004 and so on') },
  ]
  const question = ann.says('dm', '', { files })
  const { text } = await finished(stage, question, /All seen\.$/, ann)
  expect(text).toMatch(/^> 🎤 Which tide is it\?\n> 🎤 Which tide is it\?\n> `a\.zip`: I can’t read/)
  const [asked] = prompt(stage, -1)
  expect(asked).toContain(
    '[Voice note, 3 s, transcript]\nWhich tide is it? [Recording: question.mp3, 3 s, transcript]\nWhich tide is it? [picture] [File: notes.txt]\nLow tide at noon',
  )
})
