import { expect, it } from 'vitest'
import { TINY_PNG } from '../fakes/openai/image-routes.ts'
import { text } from '../fakes/openai/script.ts'
import { enclosed, filesIn, to, uploaded } from './slack-recordings.ts'
import { atHome, labels, said, say } from './slack-telling.ts'
import { ended, finished, handle, patienceMs, prompt, spoken } from './slack-watching.ts'

const finishedPicture = { kind: 'image', base64: TINY_PNG, partial: false } as const

it('/parley image puts the finished picture into the channel, with its words for those who can’t see it', async () => {
  const { stage, slack, channel, ann } = await atHome()
  await ann.slash(channel, '/parley', 'image A harbour at low tide size=1024x1024').answered()
  const [picture] = await filesIn(stage, channel)
  await ended(stage, 1)
  expect(picture).toMatchObject({ text: '', files: [{ name: 'picture.png', alt: 'A harbour at low tide' }] })
  expect(uploaded(stage).toString('base64')).toBe(TINY_PNG)
  expect(to(stage, '/images/generations').map(({ body }) => body)).toEqual([
    {
      ...{ model: 'gpt-image-2.5-flare', prompt: 'A harbour at low tide', size: '1024x1024' },
      ...{ stream: true, partial_images: 2 },
    },
  ])
  expect(slack.ledger.uploads).toHaveLength(1)
  expect(spoken(stage, channel)).toHaveLength(1)
})

it.each([
  ['without', false],
  ['with', true],
])('under a picture that was painted one asks about it %s a mention', async (_how, mentions) => {
  const { stage, model, team, parley, channel, ann } = await atHome()
  await ann.slash(channel, '/parley', 'image A harbour').answered()
  const [picture] = await filesIn(stage, channel)
  await ended(stage, 1)
  if (picture === undefined) throw new Error('there is no picture')
  model.next(say('A harbour.'))
  const under = handle(picture, team.id)
  ann.says(under, mentions ? `${parley} what is it?` : 'what is it?')
  await finished(stage, under, 'A harbour.')
  // It goes on with what was painted.
  expect(prompt(stage, -1).join()).toMatch(/^user: A harbour,.* \[picture\],user: what is it\?$/)
  expect(uploaded(stage).toString('base64')).toBe(TINY_PNG)
})

it('what the server doesn’t paint is said in words', async () => {
  const { stage, slack, channel, ann } = await atHome()
  await ann.slash(channel, '/parley', 'image something unsafe').answered()
  await slack.until(() => labels(spoken(stage, channel)[0]).includes('Try again'), patienceMs)
  expect(said(spoken(stage, channel))[0]).toMatch(/safety rules .* Ask for another one/)
})

it('without the scope files:write no second picture is bought that nobody can be shown', async () => {
  const { stage, slack, team, channel, ann } = await atHome()
  team.withhold('files:write')
  for (const turns of [1, 2]) {
    await ann.slash(channel, '/parley', 'image A harbour').answered()
    await ended(stage, turns)
  }
  await slack.until(() => spoken(stage, channel).length === 2, patienceMs)
  for (const words of said(spoken(stage, channel))) expect(words).toMatch(/I can’t send files here/)
  expect(to(stage, '/images/generations')).toHaveLength(1)
})

it('what the model paints while it answers comes below its words, finished, and goes with its question', async () => {
  const policy = 'painting: { in_conversations: true }\n'
  const { stage, slack, model, parley, channel, ann } = await atHome({ policy })
  model.next({ beats: [...text('Here it is.'), { ...finishedPicture, partial: true }, finishedPicture] })
  const question = ann.says(channel, `${parley} paint a harbour`)
  await finished(stage, question, 'Here it is.')
  const [picture] = await filesIn(stage, question)
  await ended(stage, 1)
  expect(picture).toMatchObject({ thread: question.ts, files: [{ alt: 'paint a harbour' }] })
  expect(slack.ledger.uploads).toHaveLength(1)
  // The next answer sees it.
  model.next(say('By night.'))
  ann.says(question, 'make it night')
  await finished(stage, question, 'By night.')
  expect(JSON.stringify(to(stage, '/responses').at(-1)?.body)).toContain(TINY_PNG)
  ann.deletes(question)
  await slack.until(() => enclosed(stage, question).length === 0, patienceMs)
  expect(slack.ledger.of('files.delete').map(({ args }) => args.file)).toEqual([picture?.files[0]?.id])
  expect(said(spoken(stage, question))).toEqual(['By night.'])
})

it('what a budget doesn’t allow is said to the one who asked alone, and nothing is bought', async () => {
  const policy = 'budgets: { day: { all: 0.001, person: 0.001 } }\n'
  const { slack, model, channel, ann, bob } = await atHome({ policy })
  await ann.slash(channel, '/parley', 'image A harbour').answered()
  await ann.slash(channel, '/parley', `speak ${'A long text. '.repeat(100)}`).answered()
  const told = () => said(slack.visible(channel, { as: ann }))
  await slack.until(() => told().length === 2, patienceMs)
  expect(told().toSorted()).toEqual([
    expect.stringMatching(
      /^Your budget is \$0\.0010 a day, and this picture alone may cost up to .*smaller picture/,
    ),
    expect.stringMatching(
      /^Your budget is \$0\.0010 a day, and this speech alone may cost up to .*shorter text/,
    ),
  ])
  expect(said(slack.visible(channel, { as: bob }))).toEqual([])
  expect(model.ledger).toEqual([])
})
