import fc from 'fast-check'
import { expect, it } from 'vitest'
import { text } from '../fakes/openai/script.ts'
import type { FakePerson } from '../fakes/slack/people.ts'
import { movableTime } from '../scenario/slack-installing.ts'
import { openSlackStage, type SlackStage } from '../scenario/slack-stage.ts'
import { patienceMs } from '../scenario/slack-watching.ts'

const cases = process.env.PARLEY_FAULT === 'full' ? 300 : 30
const seed = Number(process.env.PARLEY_SEED ?? 6)

/** What Slack would ring somebody for, also where Markdown has taken a backslash away. */
const live = /<(?:[@#]|!(?:channel|here|everyone|group|subteam|date))/i

const nasty = fc
  .array(
    fc.constantFrom(
      '<!channel>',
      '<!here|here>',
      '<!everyone>',
      '<!subteam^S1|@crew>',
      '<!date^1^{date}|x>',
      '<@U0SOMEBODY>',
      '<#C1|general>',
      '<\\!here>',
      '<!HERE>',
      '@here',
      '@channel',
      '[x](<!here>)',
      '`<!here>`',
      '> <!here>',
      '&lt;!here&gt;',
      '<',
      '!here>',
      ' and ',
      '😀',
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(''))

/** Cuts a text anywhere, also within a mention. */
const inPieces = (whole: string, cuts: readonly number[]): string[] => {
  const at = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((one, other) => one - other)
  return [0, ...at]
    .map((from, index) => whole.slice(from, at[index] ?? whole.length))
    .filter((one) => one !== '')
}

/** Every text that Slack reads for mentions: not the plain ones of forms, buttons and ids. */
function readTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  if ('type' in value && (value.type === 'plain_text' || value.type === 'plain_text_input')) return []
  const { value: _, private_metadata, ...others } = value as Record<string, unknown>
  return Object.values(others).flatMap(readTexts)
}

type Way = (stage: SlackStage, ann: FakePerson, words: string) => void
const ways: readonly Way[] = [
  // By edits, by streams, for one alone, and by an address for the answer.
  ({ slack, parley }, ann, words) => ann.says(slack.team.channel({ name: words }), `${parley} ${words}`),
  (_, ann, words) => ann.says('dm', words),
  ({ slack }, ann, words) => ann.slash(slack.team.channel({ name: words }), '/ask', `private: ${words}`),
  ({ slack }, ann, words) => ann.slash(slack.team.channel({ member: false }), '/ask', words),
  ({ slack }, ann, words) => ann.slash(slack.team.channel({ member: false }), '/ask', `private: ${words}`),
  // In names of files that can't be read, which Parley names.
  ({ slack, parley }, ann, words) =>
    ann.says(slack.team.channel({ name: words }), `${parley} look`, {
      files: [{ name: `${words}.exe`, bytes: Buffer.from('MZ') }],
    }),
]

it(`nobody is rung by any of ${cases} texts full of mentions, whoever says them, wherever they stand`, async () => {
  const time = movableTime()
  const stage = await openSlackStage({ mode: 'http', limits: 'none', policy: 'budgets: off\n' })
  const { slack, model, log } = stage
  const given = fc.sample(fc.tuple(nasty, nasty, fc.array(fc.nat(200), { maxLength: 12 })), {
    numRuns: cases,
    seed,
  })
  const ended = () => log.filter((line) => line.includes('"turn ended"')).length
  for (let from = 0; from < given.length; from += 20) {
    const some = given.slice(from, from + 20)
    some.forEach(([question, answer, cuts], index) => {
      const ann = slack.team.person({ name: question, admin: true })
      model.next({ beats: text(...inPieces(`${answer} end`, cuts)) })
      ways[(from + index) % ways.length]?.(stage, ann, question)
    })
    await slack.until(() => ended() >= from + some.length, patienceMs)
    // Home and forms show what people set.
    const [question] = some[0] ?? ['']
    const setting = slack.team.person({ name: question, admin: true })
    await setting.slash('dm', '/parley', `persona ${question}`).answered()
    await setting.slash('dm', '/parley', 'persona').answered()
    await setting.slash('dm', '/parley', 'settings').answered()
    await setting.slash('dm', '/parley', question).answered()
    setting.opensHome()
    await slack.until(() => setting.home() !== null || null)
    time.skip(61_000)
  }
  const { calls, responses, posts } = slack.ledger
  for (const { method, args } of calls) {
    const own = method === 'views.publish' ? / The next day begins <!date\^[^>]*>/g : /$^/g
    for (const each of readTexts(args).map((words) => words.replaceAll(own, '')))
      expect(each.replaceAll('\\', ''), method).not.toMatch(live)
  }
  for (const { body } of responses)
    for (const each of readTexts(body)) expect(each.replaceAll('\\', '')).not.toMatch(live)
  for (const { body } of posts) expect(body.replaceAll('\\', '')).not.toMatch(live)
  // As it stands there in the end: a stream's pieces together.
  const shown = [
    ...new Set(
      calls.filter(({ method, ok }) => ok && method.startsWith('chat.')).map(({ args }) => args.channel),
    ),
  ]
    .flatMap((id) => slack.visible({ id } as never, { thread: 'all' }))
    .filter(({ fromBot }) => fromBot)
  expect(shown.length).toBeGreaterThan(cases / 3)
  for (const message of shown) expect(message.text.replaceAll('\\', '')).not.toMatch(live)
  const used = new Set(calls.map(({ method }) => method))
  for (const way of [
    'chat.postMessage',
    'chat.update',
    'chat.startStream',
    'chat.postEphemeral',
    'views.publish',
    'views.open',
    'assistant.threads.setTitle',
  ])
    expect(used).toContain(way)
  expect(responses.length).toBeGreaterThan(0)
}, 120_000)
