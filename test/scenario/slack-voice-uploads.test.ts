import { expect, it } from 'vitest'
import { answered, enclosed, filesIn, readAloud, to } from './slack-recordings.ts'
import { atHome, labels, said, say } from './slack-telling.ts'
import { ended, patienceMs, spoken } from './slack-watching.ts'

it.each(['files.getUploadURLExternal', 'upload', 'files.completeUploadExternal'])(
  'where the reply of %s is lost, the sound is there once all the same',
  async (method) => {
    const { stage, slack, channel, ann } = await atHome()
    slack.faults.next({ method }, 'lose the reply')
    await ann.slash(channel, '/parley', 'speak Hello').answered()
    await filesIn(stage, channel)
    await ended(stage, 1)
    expect(enclosed(stage, channel)).toHaveLength(1)
    expect(said(spoken(stage, channel))).toEqual([''])
    expect(to(stage, '/audio/speech')).toHaveLength(1)
  },
)

it('without the scope files:write it says which one is missing, and buys nothing that can’t be sent', async () => {
  const { stage, slack, team, channel, ann, bob, question, answer } = await answered()
  team.withhold('files:write')
  const told = () => said(spoken(stage, question)).slice(1)
  await bob.presses(answer, readAloud).answered()
  await slack.until(() => told().length === 1, patienceMs)
  expect(told()[0]).toMatch(/I can’t send files here: .*files:write/)
  await ended(stage, 2)
  await ann.shortcut(bob.says(channel, 'Another text'), 'parley.read-aloud').answered()
  await ended(stage, 3)
  expect(said(slack.visible(channel, { thread: 'all' })).at(-1)).toMatch(/I can’t send files here/)
  expect(to(stage, '/audio/speech')).toHaveLength(1)
  expect(labels(spoken(stage, question)[0])).toContain('🔊 Read aloud')
})

it('where every answer is to be read aloud and no file can be sent, the log says so, not the channel', async () => {
  const { stage, slack, model, parley, team, channel, ann } = await atHome()
  team.withhold('files:write')
  model.always(say('Low tide.'))
  await ann.slash(channel, '/parley', 'voice always=on').answered()
  await slack.until(() => said(spoken(stage, channel)).length === 1, patienceMs)
  const question = ann.says(channel, `${parley} when?`)
  await ended(stage, 2)
  ann.says(question, 'and tomorrow?')
  await slack.until(() => said(spoken(stage, question)).length === 2, patienceMs)
  expect(said(spoken(stage, question))).toEqual(['Low tide.', 'Low tide.'])
  expect(stage.log.join('')).toContain('files:write')
})
