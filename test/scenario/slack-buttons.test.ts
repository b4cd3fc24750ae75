import { describe, expect, it } from 'vitest'
import { hold, serverError, text } from '../fakes/openai/script.ts'
import type { FakeMessage } from '../fakes/slack/handles.ts'
import type { FakePerson } from '../fakes/slack/people.ts'
import { modes } from './slack-stage.ts'
import { atHome, labels, said, say } from './slack-telling.ts'
import { asked, finished, handle, isFinished, spoken } from './slack-watching.ts'

const stop = 'parley.stop'
const regenerate = 'parley.regenerate'

async function asking(options: Parameters<typeof atHome>[0] = {}) {
  const around = await atHome(options)
  const { stage, slack, parley, team, channel, ann } = around
  const question = (words: string) => ann.says(channel, `${parley} ${words}`)
  const draft = async (root: FakeMessage) =>
    handle(await slack.until(() => spoken(stage, root).find(({ buttons }) => buttons.length > 0)), team.id)
  /** What the one who pressed is told beside the answer. */
  const toldAlone = (who: FakePerson) =>
    said(slack.visible(channel, { as: who, thread: 'all' }).filter(({ ephemeral }) => ephemeral))
  const mona = team.person({ name: 'Mona', admin: true })
  return { ...around, mona, question, draft, toldAlone }
}

describe.each(modes)('by %s', (mode) => {
  it('Stop stops the answer of the one who asked; what was written stays, marked', async () => {
    const { stage, slack, model, ann, question, draft } = await asking({ mode })
    model.next({ beats: [...text('First half, '), hold().beat] })
    const root = question('tell me')
    const press = ann.presses(await draft(root), stop)
    const answer = await finished(stage, root, 'First half,\n\n*— stopped*')
    await press.answered()
    expect(labels(answer)).toEqual(['Regenerate'])
    expect(spoken(stage, root, ann)).toHaveLength(1)
    expect(await (await model.arrival(1)).closed).toBe('aborted')
    expect(slack.ledger.limited()).toEqual([])
  })

  it('Regenerate writes the answer again in the same message, for the one who asked', async () => {
    const { stage, model, team, ann, question } = await asking({ mode })
    model.next(say('Heads.'), say('Tails.'))
    const root = question('toss a coin')
    const first = await finished(stage, root, 'Heads.')
    await ann.presses(handle(first, team.id), regenerate).answered()
    const again = await finished(stage, root, 'Tails.')
    expect(spoken(stage, root, ann).map(({ ts }) => ts)).toEqual([first.ts])
    expect(again.feedback).toBe(true)
    // The model doesn't see the answer that is being replaced.
    expect(JSON.stringify(asked(stage).at(-1)?.body)).not.toContain('Heads.')
  })

  it('thumbs are taken from anybody, with thanks for that person alone, and change nothing', async () => {
    const { stage, slack, model, team, ann, bob, question, toldAlone } = await asking({ mode })
    model.next(say('Heads.'))
    const root = question('toss a coin')
    const answer = handle(await finished(stage, root, 'Heads.'), team.id)
    await Promise.all([ann.feedback(answer, 'up').answered(), bob.feedback(answer, 'down').answered()])
    await slack.until(() => toldAlone(ann).length + toldAlone(bob).length === 2)
    expect([toldAlone(ann), toldAlone(bob)]).toEqual([['Thanks, noted.'], ['Thanks, noted.']])
    expect(said(spoken(stage, root))).toEqual(['Heads.'])
    expect(asked(stage)).toHaveLength(1)
  })
})

describe('to a stranger', () => {
  it('Stop is refused in words for the stranger alone, and the answer goes on', async () => {
    const { stage, slack, model, bob, question, draft, toldAlone } = await asking()
    const rest = hold()
    model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
    const root = question('tell me')
    await bob.presses(await draft(root), stop).answered()
    await slack.until(() => toldAlone(bob)[0])
    expect(toldAlone(bob)).toEqual([
      'Only the person who asked, or somebody who may moderate here, can stop this answer.',
    ])
    rest.open()
    await finished(stage, root, 'First half, second half.')
  })

  it('Regenerate is, too; to an admin of the workspace it is not, from the first press', async () => {
    const { stage, slack, model, team, bob, mona, question, toldAlone } = await asking()
    model.next(say('Heads.'), say('Tails.'))
    const root = question('toss a coin')
    const answer = handle(await finished(stage, root, 'Heads.'), team.id)
    await bob.presses(answer, regenerate).answered()
    await slack.until(() => toldAlone(bob)[0]?.includes('Only the person who asked'))
    expect(said(spoken(stage, root))).toEqual(['Heads.'])
    await mona.presses(answer, regenerate).answered()
    await finished(stage, root, 'Tails.')
  })
})

it('Stop works for an admin who was not seen before', async () => {
  const { stage, model, mona, question, draft } = await asking()
  model.next({ beats: [...text('First half, '), hold().beat] })
  const root = question('tell me')
  await mona.presses(await draft(root), stop).answered()
  await finished(stage, root, 'First half,\n\n*— stopped*')
})

it.each([
  ['in a direct message', 'dm', ''],
  ['of /ask', 'ask', ''],
  ['of /ask in a direct message', 'ask-dm', ''],
  ['where the channel is one conversation', 'whole', 'conversations: channel\n'],
  ['where answers are replies', 'reply', 'conversations: reply\n'],
] as const)('Regenerate works %s', async (_, kind, policy) => {
  const { stage, model, team, parley, channel, ann } = await asking(policy === '' ? {} : { policy })
  model.next(say('Heads.'), say('Tails.'))
  const inDm = kind === 'dm' || kind === 'ask-dm'
  const where = inDm ? ann.dm : channel
  const typed = kind === 'ask' || kind === 'ask-dm'
  if (typed) await ann.slash(where, '/ask', 'toss a coin').answered()
  const question = typed ? null : ann.says(inDm ? 'dm' : channel, `${inDm ? '' : parley} toss a coin`)
  const at = question === null || kind === 'whole' ? where : question
  const first = await finished(stage, at, 'Heads.', ann)
  await ann.presses(handle(first, team.id), regenerate).answered()
  await finished(stage, at, 'Tails.', ann)
  expect(spoken(stage, at, ann).map(({ ts }) => ts)).toEqual([first.ts])
})

it('Try again stands under an answer that failed, and writes it in the same message', async () => {
  const { stage, slack, model, ann, question, draft } = await asking()
  const failed = { kind: 'failed', code: 'server_error', message: 'The server had an error' } as const
  model.next({ beats: text('Well, '), ending: failed })
  const root = question('tell me')
  await slack.until(() => labels(spoken(stage, root)[0]).join() === 'Try again')
  const answer = await draft(root)
  model.next(say('Well, here it is.'))
  await ann.presses(answer, 'Try again').answered()
  const again = await finished(stage, root, 'Well, here it is.')
  expect(again.ts).toBe(answer.ts)
  expect(spoken(stage, root)).toHaveLength(1)
})

it('Try again stands under a failure before any word, too', async () => {
  const { stage, slack, model, channel, ann, draft } = await asking()
  model.always(serverError())
  const question = ann.says('dm', 'tell me')
  await slack.until(() => labels(spoken(stage, question)[0]).join() === 'Try again', 15_000)
  model.always(say('Here it is.'))
  await ann.presses(await draft(question), 'Try again').answered()
  await finished(stage, question, 'Here it is.')
  expect(spoken(stage, question)).toHaveLength(1)
  expect(spoken(stage, channel)).toEqual([])
})

it('a second click at once is the same wish: it is written again once', async () => {
  const { stage, slack, model, team, ann, question } = await asking()
  model.next(say('Heads.'), say('Tails.'))
  const root = question('toss a coin')
  const answer = handle(await finished(stage, root, 'Heads.'), team.id)
  const presses = [ann.presses(answer, regenerate), ann.presses(answer, regenerate)]
  await Promise.all(presses.map((press) => press.answered()))
  await slack.until(() => spoken(stage, root).some((one) => isFinished(one) && one.text !== 'Heads.'))
  // What was asked there by then is answered before this.
  ann.says(root, 'and now?')
  await slack.until(() => said(spoken(stage, root)).some((words) => words.includes('and now?')))
  expect(said(spoken(stage, root))[0]).toBe('Tails.')
  expect(asked(stage)).toHaveLength(3)
})

it('all buttons work after a restart', async () => {
  const { stage, slack, model, team, ann, bob, question, toldAlone } = await asking()
  model.next(say('Heads.'), say('Tails.'))
  const root = question('toss a coin')
  const answer = handle(await finished(stage, root, 'Heads.'), team.id)
  await stage.stop()
  await stage.begin()
  await bob.feedback(answer, 'up').answered()
  await bob.presses(answer, regenerate).answered()
  await slack.until(() => toldAlone(bob).some((words) => words.includes('Only the person who asked')))
  await ann.presses(answer, regenerate).answered()
  await finished(stage, root, 'Tails.')
  expect(spoken(stage, root)).toHaveLength(1)
})
