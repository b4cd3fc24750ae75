import { expect, it } from 'vitest'
import { seeded } from '../fakes/slack/chance.ts'
import type { FakeMessage } from '../fakes/slack/handles.ts'
import type { FakePerson } from '../fakes/slack/people.ts'
import type { FakeChannel, FakeTeam } from '../fakes/slack/places.ts'
import type { SlackFake } from '../fakes/slack/slack-fake.ts'
import { install, movableTime, openToAll } from '../scenario/slack-installing.ts'
import { asked, patienceMs } from '../scenario/slack-watching.ts'

const steps = process.env.PARLEY_FAULT === 'full' ? 10_000 : 75
const seed = Number(process.env.PARLEY_SEED ?? 8)

/** Where people of one workspace talk with Parley, and what is known there alone. */
interface Tenant {
  /** `w1c3`, `w1d0`. */
  readonly tag: string
  readonly team: FakeTeam
  readonly where: FakeChannel | 'dm'
  readonly by: FakePerson
  readonly threads: { readonly name: string; readonly root: FakeMessage; newest: FakeMessage | null }[]
}

function tenantsOf(slack: SlackFake, teams: readonly FakeTeam[]): Tenant[] {
  return teams.flatMap((team, index) => {
    const ann = team.person({ name: `Name-w${index}`, admin: true })
    const ben = team.person({ name: `Name-w${index}` })
    const place = (tag: string, where: Tenant['where'], by: FakePerson): Tenant => ({
      tag: `w${index}${tag}`,
      team,
      where,
      by,
      threads: [],
    })
    return [
      ...channels(slack)
        .filter((channel) => channel.team === team.id)
        .map((channel, at) => place(`c${at}`, channel, at % 2 ? ann : ben)),
      place('d0', 'dm', ann),
      place('d1', 'dm', ben),
    ]
  })
}

/** Made before the settings are, which name them. */
const made = new WeakMap<SlackFake, FakeChannel[]>()
const channels = (slack: SlackFake): readonly FakeChannel[] => made.get(slack) ?? []

it(`${steps} steps in three workspaces with equal timestamps: nobody's words reach another's prompt`, async () => {
  const time = movableTime()
  const random = seeded(seed)
  const teams: FakeTeam[] = []
  const stage = await openToAll({
    mode: 'http',
    collidingTs: true,
    before(slack) {
      for (const name of ['One', 'Two', 'Three']) teams.push(slack.workspace({ name, installed: false }))
      made.set(
        slack,
        teams.flatMap((team) => Array.from({ length: 5 }, () => team.channel({ name: 'general' }))),
      )
    },
    policy: (slack) =>
      [
        'budgets: off',
        'channels:',
        ...channels(slack)
          .filter((_, index) => index % 2 === 0)
          .map(({ id }) => `  "${id}": { persona: "Pers-${tagOf(slack, teams, id)}" }`),
      ].join('\n'),
  })
  const { slack, log } = stage
  for (const team of teams) await install(stage, team)
  const tenants = tenantsOf(slack, teams)
  for (const { tag, where, by } of tenants)
    if (where === 'dm' || channels(slack).indexOf(where) % 2)
      await by.slash(where, '/parley', `persona Pers-${tag}`).answered()

  let count = 0
  let looked = 0
  let turns = 0
  const ended = () => {
    for (; looked < log.length; looked++) if (log[looked]?.includes('"turn ended"')) turns++
    return turns
  }
  const expected = { turns: 0 }
  let ledger = 0
  while (count < steps) {
    for (const tenant of tenants) {
      if (count >= steps) break
      count++
      expected.turns++
      act(tenant, count, random())
    }
    await slack.until(() => ended() >= expected.turns, patienceMs)
    // What was limited a moment ago is not any more.
    time.skip(61_000)
    for (; ledger < asked(stage).length; ledger++) looksAlone(asked(stage)[ledger]?.body)
  }
  expect(ledger).toBe(expected.turns)
  // Each answer went out where it was asked, by the token of that workspace.
  for (const { method, args, team } of slack.ledger.calls) {
    if (!/^chat\.(post|update|start|stop)/.test(method)) continue
    const said = JSON.stringify(args).match(/Quest-w(\d)/)
    if (said) expect(team).toBe(teams[Number(said[1])]?.id)
  }

  function act(tenant: Tenant, number: number, chance: number): void {
    const { where, by, threads, team, tag } = tenant
    const quest = (name: string) => `Quest-${tag}-${name}-${number}`
    const call = where === 'dm' ? '' : `<@${team.bot.user}> `
    const thread = threads[Math.floor(chance * 97) % Math.max(1, threads.length)]
    if (chance < 0.35 || thread === undefined) {
      const name = `t${threads.length}`
      const root = by.says(where, `${call}${quest(name)}`)
      threads.push({ name, root, newest: root })
      if (threads.length > 6) threads.shift()
    } else if (chance < 0.5 && thread.newest) {
      by.edits(thread.newest, `${thread.newest === thread.root ? call : ''}${quest(thread.name)} edited`)
    } else {
      thread.newest = by.says(where, quest(thread.name), { thread: thread.root })
    }
  }
}, 900_000)

/** Everything that is somebody's own in a prompt is of one conversation. */
function looksAlone(body: unknown): void {
  const all = JSON.stringify(body)
  const quests = new Set(
    [...all.matchAll(/Quest-(w\d\w\d)-(t\d+)/g)].map(([, tag, name]) => `${tag} ${name}`),
  )
  expect([...quests], all).toHaveLength(1)
  const [tag] = [...quests][0]?.split(' ') ?? []
  expect(new Set([...all.matchAll(/Pers-(w\d\w\d)/g)].map(([, of]) => of)), all).toEqual(new Set([tag]))
  for (const [, of] of all.matchAll(/Name-(w\d)/g)) expect(tag?.slice(0, 2), all).toBe(of)
}

function tagOf(slack: SlackFake, teams: readonly FakeTeam[], channel: string): string {
  const all = channels(slack)
  const found = all.find(({ id }) => id === channel)
  const index = teams.findIndex(({ id }) => id === found?.team)
  return `w${index}c${all.filter(({ team }) => team === found?.team).indexOf(found as FakeChannel)}`
}
