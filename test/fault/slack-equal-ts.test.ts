import { expect, it } from 'vitest'
import type { Planned } from '../fakes/openai/script.ts'
import { text } from '../fakes/openai/script.ts'
import type { SlackFake } from '../fakes/slack/slack-fake.ts'
import { openSlackStage } from '../scenario/slack-stage.ts'
import { asked, isFinished, prompt, spoken } from '../scenario/slack-watching.ts'

const rounds = process.env.PARLEY_FAULT === 'full' ? 50 : 3

const echo: Planned = ({ body }) => ({
  beats: text(`I heard ${(JSON.stringify(body).match(/q\d+\./g) ?? []).join(' ')}`),
})

/** As an administrator does it in a browser. */
async function installs(slack: SlackFake, url: string, team: SlackFake['team']): Promise<void> {
  const page = await fetch(`${url}/slack/install`, { redirect: 'manual' })
  const cookie = page.headers.get('set-cookie')!.split(';')[0]!
  const back = new URL(slack.oauth.allow(page.headers.get('location')!, team))
  const done = await fetch(`${url}${back.pathname}${back.search}`, { headers: { cookie } })
  expect(await done.text()).toContain('Parley is in')
}

it(`${rounds * 4} questions with equal ts, in two channels of two workspaces: each has its own answer, and nothing is shared`, async () => {
  let now = Date.now()
  const stage = await openSlackStage({
    limits: 'none',
    collidingTs: true,
    now: () => now,
    policy: 'budgets: off\n',
    oauth: true,
  })
  const { slack, model } = stage
  model.always(echo)
  const teams = [slack.team, slack.workspace({ name: 'Other', installed: false })]
  for (const team of teams) await installs(slack, stage.program().url, team)
  const places = teams.flatMap((team) => {
    const ann = team.person({ name: 'Ann' })
    return ['one', 'two'].map((name) => ({ team, ann, channel: team.channel({ name }) }))
  })
  let count = 0
  for (let round = 0; round < rounds; round++) {
    now += 1_000
    const all = places.map(({ team, ann, channel }) => {
      const words = `q${count++}.`
      return { words, question: ann.says(channel, `<@${team.bot.user}> ${words}`) }
    })
    expect(new Set(all.map(({ question }) => question.ts)).size).toBe(1)
    const answers = () => all.map(({ question }) => spoken(stage, question).filter(isFinished))
    await slack.until(() => answers().every((found) => found.length === 1), 10_000)
    expect(answers().map(([answer]) => answer!.text)).toEqual(all.map(({ words }) => `I heard ${words}`))
  }
  expect(asked(stage)).toHaveLength(4 * rounds)
  // Nobody's words stand in the prompt of another's.
  for (const [index] of asked(stage).entries())
    expect(
      prompt(stage, index)
        .join('\n')
        .match(/q\d+\./g),
    ).toHaveLength(1)
}, 120_000)
