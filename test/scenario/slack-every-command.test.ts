import { expect, it } from 'vitest'
import { commands } from '../../src/conversation/commands/registry.ts'
import { atHome, said, say } from './slack-telling.ts'
import { asked, instructions, patienceMs } from './slack-watching.ts'

it.each([
  ['in a channel', 'channel'],
  ['in a direct message', 'dm'],
  ['in a private channel', 'closed'],
  ['in a group message', 'group'],
  ['where Parley is no member', 'elsewhere'],
  ['in the direct messages of two others', 'between'],
] as const)('every command is answered %s, within three seconds', async (_, kind) => {
  const { slack, model, team, channel, ann, bob } = await atHome()
  const where = {
    channel: () => channel,
    dm: () => ann.dm,
    closed: () => team.channel({ name: 'board', private: true }),
    group: () => team.channel({ name: 'mpdm-ann--bob-1', group: true }),
    elsewhere: () => team.channel({ name: 'elsewhere', member: false }),
    between: () => team.channel({ between: true }),
  }[kind]()
  const seen = () => slack.visible(where, { as: ann, thread: 'all' }).filter(({ fromBot }) => fromBot)
  const typed = new Set<string>()
  const told = async (name: string, options = '') => {
    typed.add(name)
    const before = seen().length
    const line = name === 'ask' ? ['/ask', options] : ['/parley', `${name} ${options}`]
    const call = await ann.slash(where, line[0]!, line[1]).answered()
    expect(call.acknowledgedAfterMs).toBeLessThan(3_000)
    const answer = await slack.until(() => seen()[before] ?? call.modal(), patienceMs)
    return 'title' in answer ? answer.title : `${answer.ephemeral ? '(only you) ' : ''}${answer.text}`
  }
  model.next(say('Hello there.'))
  expect(await told('ask', 'hello')).toBe('Hello there.')
  expect(await told('stop')).toMatch(
    /^\(only you\) (Nothing is being written here|The answer was just finished)/,
  )
  expect(await told('model')).toMatch(/^\(only you\) This channel uses `gpt-6.1-terra`/)
  expect(await told('model', 'gpt-6-luna')).toBe('From now on this channel uses `gpt-6-luna`.')
  expect(await told('model', 'gpt-nonsense')).toMatch(/gpt-nonsense/)
  expect(await told('persona')).toBe('Parley')
  expect(await told('persona', 'Be a pirate.')).toContain('Be a pirate.')
  expect(await told('settings')).toBe('Parley')
  expect(await told('settings', 'model=gpt-6-luna')).toMatch(/Nothing changed/)
  expect(await told('models')).toMatch(/^\(only you\) .*gpt-6-luna` \(in use here\)/s)
  expect(await told('help')).toMatch(/^\(only you\) .*\/ask \[private:\]/s)
  expect(await told('new')).toMatch(kind === 'dm' ? /^Forgotten/ : /nothing to forget/)
  expect(typed).toEqual(new Set(commands.filter(({ menuOnly }) => !menuOnly).map(({ name }) => name)))
  // What was set holds for what is asked there.
  expect(await told('ask', 'hello again')).toMatch(/hello again/)
  expect(asked({ model }).at(-1)?.body).toMatchObject({ model: 'gpt-6-luna' })
  expect(instructions({ model }, -1)).toContain('Be a pirate.')
  // Others see what concerns all, and nothing that was for Ann alone.
  if (kind === 'dm') return
  const forAll = said(slack.visible(where, { as: bob, thread: 'all' })).map((words) => words.split('\n')[0])
  expect(forAll).toEqual([
    'Hello there.',
    'From now on this channel uses `gpt-6-luna`.',
    'From now on I follow these instructions here:',
    expect.stringContaining('hello again'),
  ])
})
