import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import type { FakeInteraction } from '../fakes/slack/interaction-handle.ts'
import { modes } from './slack-stage.ts'
import { atHome, inDeltas, labels, numbered, said, say } from './slack-telling.ts'
import { finished, handle, isFinished, prompt, spoken } from './slack-watching.ts'

/** What Slack shows the caller at once, to a command that was not taken in. */
const told = ({ ackBody }: FakeInteraction): string =>
  String((ackBody as { text?: string } | null)?.text)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')

describe.each(modes)('by %s', (mode) => {
  it('/ask shows what was typed, and its answer grows below it at the top level of the channel', async () => {
    const { slack, model, channel, ann, stage } = await atHome({ mode })
    const rest = hold()
    model.next({ beats: [...text('Low '), rest.beat, ...text('tide.')] })
    const asked = await ann.slash(channel, '/ask', 'which tide is it?').answered()
    expect(asked.ackBody).toEqual({ response_type: 'in_channel' })
    await slack.until(() => spoken(stage, channel)[0]?.text === 'Low')
    expect(labels(spoken(stage, channel)[0])).toEqual(['Stop'])
    rest.open()
    const answer = await finished(stage, channel, 'Low tide.')
    expect(labels(answer)).toEqual(['Regenerate', '🔊 Read aloud'])
    expect(answer.feedback).toBe(true)
    expect(slack.visible(channel).map(({ text }) => text)).toEqual(['/ask which tide is it?', 'Low tide.'])
  })

  it('where Parley is no member, /ask is answered by the response URL, once and whole', async () => {
    const { slack, model, team, ann, stage } = await atHome({ mode })
    const elsewhere = team.channel({ name: 'elsewhere', member: false })
    model.next(say('Low tide.'))
    const asked = await ann.slash(elsewhere, '/ask', 'which tide is it?').answered()
    await slack.until(() => asked.responses.length === 1)
    expect(said(slack.visible(elsewhere))).toEqual(['Low tide.'])
    // Nothing can be pressed there that would lead to nothing.
    expect(labels(spoken(stage, elsewhere)[0])).toEqual([])
  })
})

it('under the answer of /ask one goes on without a mention, and Parley remembers the question', async () => {
  const { model, channel, ann, bob, stage } = await atHome()
  model.next(say('Low tide.'), say('At noon.'), say('Ann asked.'))
  await ann.slash(channel, '/ask', 'which tide is it?').answered()
  const answer = handle(await finished(stage, channel, 'Low tide.'), channel.team)
  ann.says(answer, 'and when is it high?')
  await finished(stage, answer, 'At noon.')
  bob.says(answer, 'who asked?')
  await finished(stage, answer, 'Ann asked.')
  expect(prompt(stage, -1)).toEqual([
    'user: [Ann] which tide is it?',
    'assistant: Low tide.',
    'user: [Ann] and when is it high?',
    'assistant: At noon.',
    'user: [Bob] who asked?',
  ])
  expect(said(spoken(stage, channel))).toEqual(['Low tide.'])
})

it('in direct messages /ask is answered at their top level', async () => {
  const { slack, model, ann, stage } = await atHome()
  model.next(say('Low tide.'))
  const asked = await ann.slash('dm', '/ask', 'which tide is it?').answered()
  await finished(stage, ann.dm, 'Low tide.')
  expect(asked.failed).toBeNull()
  expect(said(slack.visible(ann.dm, { thread: 'all' }))).toEqual(['Low tide.'])
})

it('in direct messages, too, one goes on under the answer of /ask, and each /ask stands for itself', async () => {
  const { model, team, ann, stage } = await atHome()
  model.next(say('Low tide.'), say('At noon.'), say('No idea.'))
  await ann.slash('dm', '/ask', 'which tide is it?').answered()
  const { ts } = await finished(stage, ann.dm, 'Low tide.')
  const answer = { ts, channel: ann.dm.id, team: team.id, thread: null }
  ann.says(answer, 'and when does it turn?')
  await finished(stage, answer, 'At noon.', ann)
  expect(prompt(stage, -1)).toEqual([
    'user: which tide is it?',
    'assistant: Low tide.',
    'user: and when does it turn?',
  ])
  await ann.slash('dm', '/ask', 'what did I ask?').answered()
  await finished(stage, ann.dm, 'No idea.')
  expect(prompt(stage, -1)).toEqual(['user: what did I ask?'])
})

it('where Parley is no member, even a long answer fits into the five messages that Slack takes', async () => {
  const { slack, model, team, ann } = await atHome()
  const elsewhere = team.channel({ name: 'elsewhere', member: false })
  const answer = numbered(2_000)
  model.next({ beats: inDeltas(answer, 2_000) })
  const asked = await ann.slash(elsewhere, '/ask', 'tell me everything').answered()
  const whole = () => said(slack.visible(elsewhere)).join(' ')
  await slack.until(() => whole().includes('word1999'))
  expect(
    whole()
      .match(/word\d+/g)!
      .join(' '),
  ).toBe(answer)
  expect(asked.responses.length).toBeLessThanOrEqual(5)
})

it('where Parley is no member, the last message that Slack takes says that it is the last', async () => {
  const { slack, model, team, ann } = await atHome()
  const elsewhere = team.channel({ name: 'elsewhere', member: false })
  const answer = numbered(8_000)
  model.next({ beats: inDeltas(answer, 4_000) })
  await ann.slash(elsewhere, '/ask', 'tell me everything').answered()
  const told = () => said(slack.visible(elsewhere))
  await slack.until(() => told().length === 5, 12_000)
  const shown = told()
    .join(' ')
    .match(/word\d+/g)!
    .join(' ')
  expect(answer.startsWith(shown)).toBe(true)
  expect(told().map((words) => words.includes('/invite'))).toEqual([false, false, false, false, true])
})

it.each([
  ['in a channel', 'channel'],
  ['in the direct messages of two others', 'between'],
] as const)('%s each /ask stands for itself', async (_, kind) => {
  const { slack, model, team, channel, ann, bob, stage } = await atHome()
  const where = kind === 'between' ? team.channel({ between: true }) : channel
  model.next(say('Hello Ann.'), say('Who knows?'))
  await ann.slash(where, '/ask', 'my name is Ann').answered()
  await slack.until(() => said(slack.visible(where)).includes('Hello Ann.'))
  await bob.slash(where, '/ask', 'who spoke?').answered()
  await slack.until(() => said(slack.visible(where)).includes('Who knows?'))
  expect(prompt(stage, -1)).toEqual(['user: who spoke?'])
})

it('a long answer to /ask goes on in further messages below', async () => {
  const { slack, model, channel, ann, stage } = await atHome()
  const answer = numbered(2_600)
  model.next({ beats: inDeltas(answer, 2_000) })
  await ann.slash(channel, '/ask', 'tell me everything').answered()
  await slack.until(() => spoken(stage, channel).some(isFinished))
  expect(spoken(stage, channel)).toHaveLength(3)
  const whole = said(spoken(stage, channel)).join(' ')
  expect(whole.match(/word\d+/g)!.join(' ')).toBe(answer)
  for (const message of spoken(stage, channel).slice(0, -1)) expect(message.buttons).toEqual([])
})

it('/parley stop stops what was asked with /ask in the same channel, for the one who asked', async () => {
  const { slack, model, channel, ann, bob, stage } = await atHome()
  model.next({ beats: [...text('First half, '), hold().beat] })
  await ann.slash(channel, '/ask', 'tell me').answered()
  await slack.until(() => spoken(stage, channel)[0]?.text === 'First half,')
  const heard = (who: typeof ann) => said(slack.visible(channel, { as: who }).filter((one) => one.ephemeral))
  await bob.slash(channel, '/parley', 'stop').answered()
  await slack.until(() => heard(bob)[0])
  expect(heard(bob)[0]).toContain('Only the person who asked')
  await ann.slash(channel, '/parley', 'stop').answered()
  await slack.until(() => heard(ann)[0])
  expect(heard(ann)).toEqual(['Stopped.'])
  await finished(stage, channel, 'First half,\n\n*— stopped*')
})

it('/parley help tells on one page what there is to type, and how else to ask', async () => {
  const { channel, ann } = await atHome()
  const help = told(await ann.slash(channel, '/parley', 'help').answered())
  const typed = help.split('\n').flatMap((line) => /^• `([^`]+)`: [A-Z][^`]+$/.exec(line)?.[1] ?? [])
  expect(typed).toEqual([
    '/ask [private:] <prompt>',
    '/parley speak <text=…> [format=mp3|opus|aac|flac|wav|pcm] [voice=…]',
    '/parley new',
    '/parley stop',
    '/parley model [name]',
    '/parley persona [text]',
    '/parley voice [name=…] [format=mp3|opus|aac|flac|wav|pcm|default] [speed=…] [instructions=…] [always=on|off|default]',
    '/parley settings [model=…] [persona=…]',
    '/parley models',
    '/parley image <prompt=…> [size=auto|1024x1024|1536x1024|1024x1536]',
    '/parley help',
  ])
  expect(help).toContain('Mention me in a channel')
  expect(help).toContain('• _Transcribe_, in the menu of the message that has the file: Write down')
  expect(help).toContain('`/ask private: what …`')
  expect(help).toContain('(More actions): _Ask about this_, _Summarise_, _Read aloud_, _Transcribe_.')
  expect(help.length).toBeLessThan(2_000)
  // Nothing is left over of Markdown, which Slack doesn't know here.
  expect(help).not.toMatch(/\*\*|^- /m)
  const bare = await ann.slash(channel, '/parley').answered()
  expect(told(bare)).toBe(help)
})

describe('what is no command', () => {
  it.each([
    ['modle gpt-6-luna', 'There is no command `modle`. Did you mean `/parley model`?'],
    ['what is the tide?', 'There is no command `what`. To ask something, type `/ask …`'],
    ['summarise', 'There is no command `summarise`.'],
    ['<!channel> <@U12345>', 'There is no command `'],
  ])('“/parley %s” is answered for the caller alone, with what there is', async (typed, words) => {
    const { slack, channel, ann } = await atHome()
    const call = await ann.slash(channel, '/parley', typed).answered()
    expect(told(call)).toContain(words)
    expect(told(call)).toContain('`/ask [private:] <prompt>`')
    expect(JSON.stringify(call.ackBody)).not.toMatch(/<[@!]/)
    expect(slack.visible(channel)).toEqual([])
  })

  it('a question without words is asked for in a form', async () => {
    const { model, channel, ann, slack, stage } = await atHome()
    const asked = await ann.slash(channel, '/ask').answered()
    const form = await slack.until(() => asked.modal())
    expect(form.title).toBe('Parley')
    model.next(say('Low tide.'))
    await ann.submits(form, { prompt: 'which tide is it?' })
    await finished(stage, channel, 'Low tide.')
  })
})
