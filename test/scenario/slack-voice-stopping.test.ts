import { expect, it } from 'vitest'
import type { FakeMessage } from '../fakes/slack/handles.ts'
import { answered, enclosed, filesIn, readAloud, speaking, to } from './slack-recordings.ts'
import { atHome, labels, said, say } from './slack-telling.ts'
import { ended, patienceMs, spoken } from './slack-watching.ts'

type Scene = Awaited<ReturnType<typeof speaking>>

const stops: Readonly<Record<string, (scene: Scene, question: FakeMessage) => unknown>> = {
  '/parley stop': ({ ann, channel }) => ann.slash(channel, '/parley', 'stop').answered(),
  'Slack’s own Stop': ({ ann, channel }, question) => ann.stopsSession(channel, question),
}

it.each(Object.keys(stops))('%s stops what is being read aloud; nothing is sent', async (how) => {
  const scene = await speaking()
  const { stage, slack, question } = scene
  await stops[how]?.(scene, question)
  expect(await to(stage, '/audio/speech')[0]?.closed).toBe('aborted')
  await ended(stage, 2)
  await slack.until(() => said(spoken(stage, question)).length === 2, patienceMs)
  const stopped = spoken(stage, question)[1]
  expect(stopped?.text).toBe('*— stopped*')
  // It is not remembered, so nothing can be made of it once more.
  expect(labels(stopped)).toEqual([])
  expect(enclosed(stage, question)).toEqual([])
  expect(slack.ledger.uploads).toEqual([])
})

it('where every answer is read aloud, its sound follows it; private answers are left alone', async () => {
  const { stage, slack, model, parley, channel, ann } = await atHome()
  await ann.slash(channel, '/parley', 'voice name=cedar speed=1,5 always=on').answered()
  await slack.until(() => said(slack.visible(channel)).length === 1, patienceMs)
  expect(said(slack.visible(channel))[0]).toMatch(/speak as `cedar`.*speed 1\.5.*Every answer is read aloud/s)
  model.always(say('Low tide is at noon.'))
  await ann.slash(channel, '/ask', 'private: when?').answered()
  await ended(stage, 1)
  const question = ann.says(channel, `${parley} when?`)
  await filesIn(stage, question)
  await ended(stage, 3)
  expect(to(stage, '/audio/speech').map(({ body }) => body)).toMatchObject([
    { voice: 'cedar', speed: 1.5, input: 'Low tide is at noon.' },
  ])
  expect(enclosed(stage, channel, ann)).toEqual([])
})

it('with a question that is deleted go its answer and the sounds that were made of it', async () => {
  const { stage, slack, ann, bob, question, answer } = await answered()
  await ann.presses(answer, readAloud).answered()
  await filesIn(stage, question)
  bob.reacts(answer, 'loud_sound')
  const sounds = await filesIn(stage, question, 2)
  await ended(stage, 3)
  ann.deletes(question)
  await slack.until(() => spoken(stage, question).length === 0, patienceMs)
  const deleted = slack.ledger.of('files.delete').map(({ args }) => args.file)
  expect(deleted.toSorted()).toEqual(sounds.flatMap(({ files }) => files.map(({ id }) => id)).toSorted())
})
