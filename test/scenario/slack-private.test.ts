import { describe, expect, it } from 'vitest'
import { text } from '../fakes/openai/script.ts'
import type { FakePerson } from '../fakes/slack/people.ts'
import type { FakeChannel } from '../fakes/slack/places.ts'
import { modes } from './slack-stage.ts'
import { atHome, inDeltas, labels, numbered, said, say } from './slack-telling.ts'
import { asked, finished, prompt } from './slack-watching.ts'

async function inPrivate(options: Parameters<typeof atHome>[0] = {}) {
  const around = await atHome(options)
  const { slack } = around
  /** What this person alone sees of Parley there. */
  const alone = (where: FakeChannel, who: FakePerson) =>
    slack.visible(where, { as: who }).filter(({ ephemeral, fromBot }) => ephemeral && fromBot)
  return { ...around, alone }
}

describe.each(modes)('by %s', (mode) => {
  it('/ask private: … is answered for the caller alone, and nobody sees what was typed', async () => {
    const { slack, model, channel, ann, bob, alone } = await inPrivate({ mode })
    model.next(say('Between us: yes.'))
    const call = await ann.slash(channel, '/ask', 'private: is it?').answered()
    expect(call.ackBody || {}).toEqual({})
    const [answer] = await slack.until(() => alone(channel, ann)[0] && alone(channel, ann))
    expect(answer?.text).toBe('Between us: yes.')
    expect(labels(answer)).toEqual([])
    expect(slack.visible(channel, { as: bob })).toEqual([])
  })
})

it.each([
  ['where Parley is no member', 'elsewhere'],
  ['in the direct messages of two others', 'between'],
] as const)('%s, too', async (_, kind) => {
  const { slack, model, team, ann, bob, alone } = await inPrivate()
  const where = team.channel(kind === 'between' ? { between: true } : { member: false })
  model.next(say('Between us: yes.'))
  await ann.slash(where, '/ask', '--private is it?').answered()
  await slack.until(() => said(alone(where, ann))[0] === 'Between us: yes.')
  expect(slack.visible(where, { as: bob })).toEqual([])
})

it('a long private answer stays private to its end, however many messages that takes', async () => {
  const { slack, model, channel, ann, bob, alone } = await inPrivate()
  const answer = numbered(13_000)
  model.next({ beats: inDeltas(answer, 4_000) })
  await ann.slash(channel, '/ask', 'private: tell me everything').answered()
  await slack.until(() => said(alone(channel, ann)).at(-1)?.includes('word12999'), 12_000)
  expect(
    said(alone(channel, ann))
      .join(' ')
      .match(/word\d+/g)!
      .join(' '),
  ).toBe(answer)
  expect(slack.visible(channel, { as: bob, thread: 'all' })).toEqual([])
})

it('a failure of a private answer is told to the caller alone', async () => {
  const { slack, model, channel, ann, bob, alone } = await inPrivate()
  model.next({
    beats: text('Well, '),
    ending: { kind: 'failed', code: 'server_error', message: 'The server had an error' },
  })
  await ann.slash(channel, '/ask', 'private: is it?').answered()
  await slack.until(() => said(alone(channel, ann))[0]?.includes('Well,\n\n'))
  expect(slack.visible(channel, { as: bob })).toEqual([])
})

it.each([
  ['in a channel', 'channel'],
  ['where the channel is one conversation', 'whole'],
  ['in the direct messages of two others', 'between'],
] as const)('what a private answer said is not told to the next who asks, %s', async (_, kind) => {
  const { slack, model, team, channel, ann, bob, alone } = await inPrivate(
    kind === 'whole' ? { policy: 'conversations: channel\n' } : {},
  )
  const where = kind === 'between' ? team.channel({ between: true }) : channel
  model.next(say('The code word is periwinkle.'), say('Nothing.'))
  await ann.slash(where, '/ask', 'private: what is the code word?').answered()
  await slack.until(() => said(alone(where, ann))[0]?.includes('periwinkle'))
  await bob.slash(where, '/ask', 'what was said before?').answered()
  await slack.until(() => said(slack.visible(where)).includes('Nothing.'))
  expect(asked({ model })).toHaveLength(2)
  expect(prompt({ model }, -1).join('\n')).not.toMatch(/periwinkle|code word/)
})

it('a question that only begins with the word is no private one', async () => {
  const { model, channel, ann, stage } = await inPrivate()
  model.next(say('Some.'))
  await ann.slash(channel, '/ask', 'private schools in Berlin?').answered()
  await finished(stage, channel, 'Some.')
  expect(prompt(stage, -1).at(-1)).toContain('private schools in Berlin?')
})
