import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import type { FakeChannel } from '../fakes/slack/places.ts'
import { atHome, labels } from './slack-telling.ts'
import { finished, patienceMs, spoken } from './slack-watching.ts'

const WHOLE = 'Tides come twice a day.'

/** Half of the answer, and the rest once half of it was seen, or the question was heard where nothing is shown before. */
function halves() {
  const rest = hold()
  return { rest, script: { beats: [...text('Tides come '), rest.beat, ...text('twice a day.')] } }
}

const chat = (calls: readonly { readonly method: string; readonly ok: boolean }[]): string[] =>
  calls.flatMap(({ method, ok }) => (ok && /^chat\.(?!delete)/.test(method) ? [method] : []))

const native = ['chat.startStream', 'chat.stopStream']
const edits = ['chat.postMessage', 'chat.update']

describe.each([
  ['auto', native, edits],
  ['native', native, native],
  ['edits', edits, edits],
  ['off', ['chat.postMessage'], ['chat.postMessage']],
] as const)('slack.streaming: %s', (streaming, direct, inChannel) => {
  it.each([
    ['direct messages', direct],
    ['a channel', inChannel],
  ] as const)('decides how an answer grows in %s', async (where, methods) => {
    const { stage, slack, model, parley, channel, ann } = await atHome({
      policy: `slack: { streaming: ${streaming} }\n`,
    })
    const { rest, script } = halves()
    model.next(script)
    const question = where === 'a channel' ? ann.says(channel, `${parley} tides?`) : ann.says('dm', 'tides?')
    if (methods.length > 1)
      await slack.until(() => spoken(stage, question, ann)[0]?.text === 'Tides come', patienceMs)
    else await slack.until(() => model.ledger.some(({ path }) => path === '/responses'))
    if (methods.length > 1)
      expect(labels(spoken(stage, question, ann)[0])).toEqual(
        methods[0] === 'chat.postMessage' ? ['Stop'] : [],
      )
    rest.open()
    await finished(stage, question, WHOLE, ann)
    expect(spoken(stage, question, ann)).toHaveLength(1)
    expect(chat(slack.ledger.calls)).toEqual(methods)
  })
})

it('a channel’s own setting goes before the one for all', async () => {
  let quiet: FakeChannel | undefined
  const { stage, slack, model, parley, channel, ann } = await atHome({
    before: ({ team }) => {
      quiet = team.channel({ name: 'quiet' })
    },
    policy: () => `slack: { streaming: native }\nchannels: { ${quiet?.id}: { streaming: off } }\n`,
  })
  if (!quiet) throw new Error('there is no such channel')
  for (const [where, methods] of [
    [quiet, ['chat.postMessage']],
    [channel, native],
  ] as const) {
    const from = slack.ledger.calls.length
    const { rest, script } = halves()
    model.next(script)
    const question = ann.says(where, `${parley} tides?`)
    if (where === channel)
      await slack.until(() => spoken(stage, question, ann)[0]?.text === 'Tides come', patienceMs)
    rest.open()
    await finished(stage, question, WHOLE, ann)
    expect(chat(slack.ledger.calls.slice(from))).toEqual(methods)
  }
})

it('in a channel shared with another company a stream names for whom it is, and all see it once it is whole', async () => {
  const { stage, slack, model, parley, team, ann, bob } = await atHome({
    policy: 'slack: { streaming: native }\n',
  })
  const abroad = slack.workspace({ name: 'Abroad', installed: false })
  const shared = team.channel({ name: 'together', shared: [abroad] })
  const { rest, script } = halves()
  model.next(script)
  const question = ann.says(shared, `${parley} tides?`)
  await slack.until(() => spoken(stage, question, ann)[0]?.text === 'Tides come', patienceMs)
  const start = slack.ledger.calls.find(({ method }) => method === 'chat.startStream')
  expect(start?.args).toMatchObject({ recipient_user_id: ann.id, recipient_team_id: team.id })
  rest.open()
  await finished(stage, question, WHOLE, bob)
})

describe('while the model searches', () => {
  it('a direct message shows it as a task of the answer, done in the end', async () => {
    const { stage, slack, model, ann } = await atHome()
    const [seen, rest] = [hold(), hold()]
    model.next({
      beats: [
        ...text('Let me see. '),
        seen.beat,
        { kind: 'tool', name: 'web_search' },
        rest.beat,
        ...text('Found.'),
      ],
    })
    const question = ann.says('dm', 'search')
    const answer = () => spoken(stage, question, ann)[0]
    await slack.until(() => answer()?.text === 'Let me see.', patienceMs)
    seen.open()
    await slack.until(() => answer()?.tasks.length === 1, patienceMs)
    expect(answer()?.tasks[0]).toMatchObject({ title: 'Searching the web…' })
    rest.open()
    const { tasks } = await finished(stage, question, 'Let me see. Found.', ann)
    expect(tasks).toMatchObject([{ title: 'Searching the web…', status: 'complete' }])
  })

  it('a channel shows it as the thread’s status until the first words', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome()
    const rest = hold()
    model.next({ beats: [{ kind: 'tool', name: 'web_search' }, rest.beat, ...text('Found.')] })
    const question = ann.says(channel, `${parley} search`)
    const statuses = () =>
      slack.ledger.calls.flatMap(({ method, args }) =>
        method === 'assistant.threads.setStatus' ? [(args as { status: string }).status] : [],
      )
    await slack.until(() => statuses().includes('Searching the web…'), patienceMs)
    rest.open()
    await finished(stage, question, 'Found.')
    await slack.until(() => slack.status(channel, question) === null, patienceMs)
  })
})
