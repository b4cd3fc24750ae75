import { describe, expect, it } from 'vitest'
import type { FakePerson } from '../fakes/slack/people.ts'
import type { FakeChannel } from '../fakes/slack/places.ts'
import { install, openToAll } from './slack-installing.ts'
import { modes, openSlackStage, type SlackStage } from './slack-stage.ts'
import { say } from './slack-telling.ts'
import { asked, finished, spoken } from './slack-watching.ts'

/** What Parley says to this person alone in the channel. */
const whispers = ({ slack }: SlackStage, channel: FakeChannel, to: FakePerson) =>
  slack
    .visible(channel, { as: to, thread: 'all' })
    .filter(({ ephemeral }) => ephemeral)
    .map(({ text }) => text)

const inPublic = ({ slack }: SlackStage, channel: FakeChannel) =>
  slack.visible(channel, { thread: 'all' }).filter(({ fromBot }) => fromBot)

describe.each(modes)('by %s', (mode) => {
  it('who is on the list is answered; who is not hears why, alone, however they ask', async () => {
    const stage = await openSlackStage({
      mode,
      limits: 'none',
      policy: 'access: { people: [U0ANN] }\n',
    })
    const { slack, model, parley } = stage
    const channel = slack.team.channel({ name: 'general' })
    const ann = slack.team.person({ name: 'Ann', id: 'U0ANN' })
    const bob = slack.team.person({ name: 'Bob' })
    bob.says(channel, `${parley} hello`)
    await slack.until(() => whispers(stage, channel, bob).length === 1)
    expect(whispers(stage, channel, bob)[0]).toMatch(/You may not use me yet.*access\.people/)
    await bob.slash(channel, '/ask', 'hello').answered()
    await slack.until(() => whispers(stage, channel, bob).length === 2)
    await bob.slash(channel, '/ask', '').answered()
    await slack.until(() => whispers(stage, channel, bob).length === 3)
    expect(whispers(stage, channel, bob)[2]).toMatch(/You may not use me yet.*access\.people/)
    // Nor does anybody see what they typed.
    expect(slack.visible(channel, { as: ann }).filter(({ text }) => text.startsWith('/'))).toEqual([])
    const direct = bob.says('dm', 'hello')
    await slack.until(() =>
      spoken(stage, direct, bob).some(({ text }) => text.includes('You may not use me yet')),
    )
    expect(inPublic(stage, channel)).toEqual([])
    expect(whispers(stage, channel, ann)).toEqual([])
    expect(asked(stage)).toEqual([])
    model.next(say('Hello, Ann.'))
    await finished(stage, ann.says(channel, `${parley} hello`), 'Hello, Ann.')
    expect(asked(stage)).toHaveLength(1)
  })

  it('of two channels one is listed: in the other the reason is told to the one who asked', async () => {
    const stage = await openSlackStage({
      mode,
      limits: 'none',
      policy: ({ team }) => `access: { channels: ["${team.channel({ name: 'listed' }).id}"], dms: false }\n`,
    })
    const { slack, parley } = stage
    const ann = slack.team.person({ name: 'Ann' })
    const other = slack.team.channel({ name: 'other' })
    ann.says(other, `${parley} hello`)
    await slack.until(() => whispers(stage, other, ann).length === 1)
    expect(whispers(stage, other, ann)[0]).toContain(`add ${other.id} to access.channels`)
    // Nobody who talks among others in a thread there hears it.
    const bob = slack.team.person({ name: 'Bob' })
    const root = bob.says(other, 'nice weather')
    ann.says(root, 'indeed')
    const direct = ann.says('dm', 'hello')
    await slack.until(() => spoken(stage, direct, ann).some(({ text }) => text.includes('switched off here')))
    expect(whispers(stage, other, bob)).toEqual([])
    expect(inPublic(stage, other)).toEqual([])
    expect(asked(stage)).toEqual([])
  })

  it('a workspace that is not listed installs Parley, and is told so; the listed one is served', async () => {
    const stage = await openToAll({ mode, policy: 'access: { workspaces: [T0RED] }\n' })
    const { slack, model } = stage
    const red = slack.workspace({ id: 'T0RED', name: 'Red', installed: false })
    const blue = slack.workspace({ name: 'Blue', installed: false })
    await install(stage, red)
    await install(stage, blue)
    const [wall, lawn] = [red.channel({ name: 'wall' }), blue.channel({ name: 'lawn' })]
    const ben = blue.person({ name: 'Ben' })
    ben.says(lawn, `<@${blue.bot.user}> hello`)
    await slack.until(() => whispers(stage, lawn, ben).length === 1)
    expect(whispers(stage, lawn, ben)[0]).toContain('This workspace may not use me yet')
    const direct = ben.says('dm', 'hello')
    await slack.until(() =>
      spoken(stage, direct, ben).some(({ text }) => text.includes('This workspace may not use me yet')),
    )
    expect(asked(stage)).toEqual([])
    model.next(say('Hello.'), say('Hello, Rita.'))
    const rita = red.person({ name: 'Rita' })
    await finished(stage, rita.says(wall, `<@${red.bot.user}> hello`), 'Hello.')
    await finished(stage, rita.says('dm', 'hello'), 'Hello, Rita.', rita)
  })

  it('people of another company are not heard, unless their workspace is invited', async () => {
    const stage = await openSlackStage({
      mode,
      limits: 'none',
      policy: 'access: { foreign: [T0FRIENDS] }\n',
    })
    const { slack, model, parley } = stage
    const friends = slack.workspace({ id: 'T0FRIENDS', name: 'Friends', installed: false })
    const strangers = slack.workspace({ name: 'Strangers', installed: false })
    const channel = slack.team.channel({ name: 'shared', shared: [friends, strangers] })
    const fay = slack.team.person({ name: 'Fay', foreign: friends })
    const sam = slack.team.person({ name: 'Sam', foreign: strangers })
    sam.says(channel, `${parley} hello from outside`)
    await sam.slash(channel, '/ask', 'hello from outside').answered()
    model.next(say('Hello, Fay.'))
    await finished(stage, fay.says(channel, `${parley} hello`), 'Hello, Fay.')
    expect(asked(stage)).toHaveLength(1)
    // A command wants some answer; what was said gets none.
    expect(whispers(stage, channel, sam)).toEqual(['I don’t answer here.'])
    expect(inPublic(stage, channel)).toHaveLength(1)
  })
})
