import { expect, it } from 'vitest'
import { enclosed, filesIn, speaking } from './slack-recordings.ts'
import { said } from './slack-telling.ts'
import { patienceMs, spoken } from './slack-watching.ts'

it('what a restart interrupts is read aloud after it, once', async () => {
  const scene = await speaking()
  const { stage, slack, model, question } = scene
  await stage.stop()
  expect(enclosed(stage, question)).toEqual([])
  model.always(null)
  await stage.begin()
  await filesIn(stage, question)
  // The notice of the interruption goes once the sound is there.
  await slack.until(() => spoken(stage, question).length === 2, patienceMs)
  expect(said(spoken(stage, question))).toEqual(['Low **tide** is at noon.', ''])
  expect(enclosed(stage, question)).toHaveLength(1)
}, 20_000)
