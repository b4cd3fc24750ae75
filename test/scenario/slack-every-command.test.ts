import { expect, it } from 'vitest'
import { commands } from '../../src/conversation/commands/registry.ts'
import type { FakeChannel, FakeTeam } from '../fakes/slack/places.ts'
import { atHome, say } from './slack-telling.ts'
import { patienceMs } from './slack-watching.ts'

/** What is typed, and what the caller is told. */
const calls: readonly (readonly [name: string, options: string, words: RegExp])[] = [
  ['ask', 'hello', /^Hello there\.$/],
  ['stop', '', /^\(only you\) Nothing is being written here/],
  ['model', '', /^\(only you\) Here I use `gpt-6.1-terra`/],
  ['model', 'gpt-6-luna', /^From now on I use `gpt-6-luna` here\.$/],
  ['MODEL', 'name: gpt-6-luna', /^From now on I use `gpt-6-luna` here\.$/],
  ['model', 'gpt-nonsense', /There is no model `gpt-nonsense`/],
  ['persona', '', /^\(form\) The instructions here$/],
  ['persona', 'Be a pirate.', /^From now on .*Be a pirate\./s],
  ['transcribe', 'de', /^\(only you\) Slack hands no files to commands\. .*_Transcribe_/],
  ['speak', 'hello format: ogg', /^\(only you\) `format:` takes `mp3`, .*`ogg` is none of them/],
  ['image', 'a harbour size: huge', /^\(only you\) `size:` takes `auto`, .*`huge` is none of them/],
  ['voice', '', /^\(only you\) .*voice/s],
  ['voice', 'marin speed: 1.25', /^[^(].*marin/s],
  ['voice', 'always: maybe', /^\(only you\) `always:` takes `on`, .*`maybe` is none of them/],
  ['settings', '', /^\(form\) The settings here$/],
  ['settings', 'model=gpt-6-luna persona=“Be brief.”', /`gpt-6-luna`.*\nBe brief\.\n/s],
  ['models', '', /^\(only you\) .*gpt-6.1-terra` \(in use here\)/s],
  ['help', '', /^\(only you\) .*\/ask \[private:\]/s],
  ['new', '', /nothing to forget/],
]

const places = {
  'in a channel': (team: FakeTeam) => team.channel(),
  'in a private channel': (team: FakeTeam) => team.channel({ private: true }),
  'in a group message': (team: FakeTeam) => team.channel({ group: true }),
  'where Parley is no member': (team: FakeTeam) => team.channel({ member: false }),
  'in the direct messages of two others': (team: FakeTeam) => team.channel({ between: true }),
} as const

it('every command of Parley’s is among them', () => {
  const typed = new Set(calls.map(([name]) => name.toLowerCase()))
  expect(typed).toEqual(
    new Set(commands.filter(({ menuOnly, buttonOnly }) => !menuOnly && !buttonOnly).map(({ name }) => name)),
  )
})

it.each([...Object.keys(places), 'in a direct message'])(
  'every command is acknowledged in time and answered %s',
  async (kind) => {
    const { slack, model, team, bob } = await atHome()
    model.always(say('Hello there.'))
    const make = places[kind as keyof typeof places] as ((team: FakeTeam) => FakeChannel) | undefined
    await Promise.all(
      calls.map(async ([name, options, words], index) => {
        const person = team.person({ name: `P${index}` })
        const where = make?.(team) ?? person.dm
        const [command, line] = name === 'ask' ? ['/ask', options] : ['/parley', `${name} ${options}`]
        const call = await person.slash(where, command, line).answered()
        expect(call.acknowledgedAfterMs).toBeLessThan(3_000)
        const seen = () => slack.visible(where, { as: person }).find(({ fromBot }) => fromBot)
        const told = () => {
          const form = call.modal()
          const [answer, mark] = [seen(), seen()?.ephemeral ? '(only you) ' : '']
          return form ? `(form) ${form.title}` : `${mark}${answer?.text ?? ''}`
        }
        await slack.until(() => words.test(told()), patienceMs).catch(() => expect(told()).toMatch(words))
        // Others see what concerns all, and nothing that is for the caller alone.
        const answer = seen()
        if (make === undefined || answer === undefined) return
        const forAll = slack.visible(where, { as: bob }).filter(({ fromBot }) => fromBot)
        expect(forAll.length, line).toBe(answer.ephemeral ? 0 : 1)
      }),
    )
  },
)
