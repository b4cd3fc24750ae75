import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { modes } from './slack-stage.ts'
import { atHome, inDeltas, labels, numbered, said, say } from './slack-telling.ts'
import { asked, finished, isFinished, prompt, spoken } from './slack-watching.ts'

const interrupted = 'interrupted by a restart'

it('stopped while answers are written: what doesn’t end in time is marked, and finished in place after the start', async () => {
  const { stage, slack, model, parley, channel, ann, stop, begin } = await atHome()
  const long = numbered(1_500)
  let isBefore = true
  model.always(({ body }) => {
    const words = JSON.stringify(body)
    const stops = isBefore ? [hold().beat] : []
    if (words.includes('a lot')) return { beats: [...inDeltas(long, 1_500), ...stops] }
    return { beats: [...text('First half, '), ...stops, ...text('second half.')] }
  })
  const questions = {
    edited: ann.says(channel, `${parley} tell me`),
    streamed: ann.says('dm', 'tell me'),
    long: ann.says('dm', 'tell me a lot'),
  }
  const command = ann.slash(channel, '/ask', 'tell me here')
  await command.answered()
  const seen = () => [
    ...Object.values(questions).map((one) => spoken(stage, one)),
    spoken(stage, channel).filter(({ subtype }) => subtype !== 'slash_command'),
  ]
  await slack.until(
    () => seen().every((messages) => messages.length > 0) && spoken(stage, questions.long).length === 2,
    15_000,
  )
  const drafts = seen().map((messages) => messages.map(({ ts }) => ts))

  await stop()
  for (const messages of seen()) {
    expect(messages.at(-1)!.text).toContain(interrupted)
    expect(labels(messages.at(-1))).toEqual([])
    expect(messages.filter(({ isStreaming }) => isStreaming)).toEqual([])
  }

  isBefore = false
  await begin()
  await slack.until(() => seen().every((messages) => messages.slice(-1).some(isFinished)), 15_000)
  expect(seen().map((messages) => messages.map(({ ts }) => ts))).toEqual(drafts)
  for (const one of [questions.edited, questions.streamed])
    expect(said(spoken(stage, one))).toEqual(['First half, second half.'])
  expect(said(spoken(stage, questions.long)).join(' ').replaceAll(/\s+/g, ' ') === long).toBe(true)
}, 40_000)

describe.each(modes)('by %s', (mode) => {
  it('an answer that ends soon is written to its end before the program stops', async () => {
    const { stage, slack, model, parley, channel, ann, stop } = await atHome({ mode })
    const rest = hold()
    model.always({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
    const questions = [ann.says(channel, `${parley} tell me`), ann.says('dm', 'tell me')]
    await slack.until(() => questions.every((one) => spoken(stage, one).length === 1))
    const stopped = stop()
    rest.open()
    await stopped
    for (const one of questions) {
      expect(said(spoken(stage, one))).toEqual(['First half, second half.'])
      expect(spoken(stage, one).every(isFinished)).toBe(true)
    }
  }, 20_000)

  it('what was asked while it stopped, and while it was down, is answered once after the start', async () => {
    const { stage, slack, model, parley, channel, ann, bob, stop, begin } = await atHome({ mode })
    model.always(say('Here.'))
    const before = ann.says(channel, `${parley} before`)
    await finished(stage, before, 'Here.')
    const stopping = stop()
    const during = bob.says(channel, `${parley} during`)
    await stopping
    const questions = [
      during,
      ann.says(channel, `${parley} down`, { unheard: true }),
      bob.says('dm', 'private', { unheard: true }),
    ]
    const follow = ann.says(before, 'and now?', { unheard: true })
    await begin()
    for (const one of questions) await finished(stage, one, 'Here.')
    await slack.until(() => spoken(stage, follow).length === 2)
    expect(asked(stage)).toHaveLength(5)
    for (const one of questions) expect(spoken(stage, one)).toHaveLength(1)
  }, 20_000)
})

it('after an hour down each missed question is answered once, wherever it was asked, and nothing else', async () => {
  let behind = 3_600_000
  const { stage, slack, model, parley, team, channel, ann, bob, stop, begin } = await atHome({
    now: () => Date.now() - behind,
  })
  model.always(say('Here.'))
  const quiet = team.channel({ name: 'quiet' })
  const before = ann.says(channel, `${parley} before`)
  const direct = ann.says('dm', 'private before')
  for (const one of [before, direct]) await finished(stage, one, 'Here.')
  await stop()
  behind = 0
  const missed = [
    ann.says(channel, `${parley} one`, { unheard: true }),
    bob.says(quiet, `${parley} two`, { unheard: true }),
    ann.says('dm', 'three', { unheard: true }),
  ]
  ann.says(before, 'four', { unheard: true })
  ann.says(direct, 'five', { unheard: true })
  ann.says(channel, 'nothing for you', { unheard: true })
  ann.says(before, `<@${bob.id}> not for you`, { unheard: true })
  const gone = bob.says(quiet, `${parley} never mind`, { unheard: true })
  bob.deletes(gone)
  await begin()
  for (const one of missed) await finished(stage, one, 'Here.')
  await slack.until(() => [before, direct].every((one) => spoken(stage, one).length === 2), 10_000)
  expect(asked(stage)).toHaveLength(7)
  const told = asked(stage).flatMap((_, index) => prompt(stage, index))
  expect(told.filter((line) => line.includes('for you') || line.includes('never mind'))).toEqual([])

  // And once more, with nothing missed.
  await stop()
  await begin()
  ann.says(before, 'last')
  await slack.until(() => spoken(stage, before).length === 3, 10_000)
  expect(asked(stage)).toHaveLength(8)
}, 30_000)
