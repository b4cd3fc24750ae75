import { pino } from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { createSlack } from '../../adapters/slack/slack.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { ConversationMode } from '../../src/conversation/place.ts'
import type { InboundEvent, MessageHeard } from '../../src/ports/event.ts'
import type { Admission } from '../../src/ports/intake.ts'
import { sqliteWorld } from '../contract/sqlite-world.ts'
import { startSlackFake } from '../fakes/slack/slack-fake.ts'
import { earIntake } from './slack-hearing-world.ts'

/** The whole adapter with the real SDKs against the fake; what it admits is in `heard`. */
async function connected() {
  const slack = await startSlackFake({ limits: 'none' })
  const database = await sqliteWorld()
  const { store } = await database.open()
  const clock = systemClock()
  const ear = {
    heard: [] as InboundEvent[],
    offered: [] as string[],
    mode: 'thread' as ConversationMode,
    admits: async (_: InboundEvent): Promise<Admission | null> => null,
  }
  const { platform } = createSlack({
    botToken: slack.team.botToken,
    appToken: slack.appToken,
    signingSecret: null,
    oauth: null,
    apiUrl: slack.apiUrl,
    streaming: () => 'off',
    store,
    clock,
    chance: { random: Math.random, uuid: () => crypto.randomUUID() },
    log: pino({ level: 'silent' }),
    viaProxy: false,
    historyMs: 86_400_000,
  })
  await platform.start(earIntake(ear), new AbortController().signal)
  onTestFinished(async () => {
    await platform.stop()
    await slack.close()
    await database.close()
  })
  const said = (at: number) => ear.heard[at] as MessageHeard
  return {
    slack,
    ...ear,
    ear,
    said,
    heardOf: (count: number) => slack.until(() => ear.heard.length >= count),
  }
}

it('hears people as Slack delivers them: mentions, threads, direct messages, edits and deletes', async () => {
  const { slack, heard, said, heardOf } = await connected()
  const bot = `<@${slack.team.bot.user}>`
  const general = slack.team.channel({ name: 'general' })
  const [ada, bo] = [slack.team.person({ name: 'Ada', admin: true }), slack.team.person({ name: 'Bo' })]

  const root = bo.says(general, 'the printer burns')
  bo.says(root, 'really')
  const question = ada.says(root, `${bot} what does <@${bo.id}> mean in <#${general.id}>?`)
  await heardOf(1)
  expect(said(0)).toMatchObject({
    text: 'what does @Bo mean in #general?',
    by: { id: ada.id, name: 'Ada', moderator: true, foreign: false, bot: false },
    quotes: [
      { author: 'Bo', text: 'the printer burns' },
      { author: 'Bo', text: 'really' },
    ],
    place: { conversation: { workspace: slack.team.id, channel: general.id, thread: root.ts } },
  })

  bo.says(root, 'so what?')
  await heardOf(2)
  expect(said(1)).toMatchObject({ text: 'so what?', overheard: true, quotes: [] })
  bo.says(root, `<@${ada.id}> please look`)

  const direct = bo.says('dm', 'hello')
  await heardOf(3)
  expect(said(2).place).toMatchObject({ direct: true, conversation: { thread: direct.ts } })

  ada.edits(question, `${bot} and now?`)
  await heardOf(4)
  ada.deletes(question)
  await heardOf(5)
  expect(heard.slice(3)).toMatchObject([{ kind: 'edit', text: 'and now?' }, { kind: 'delete' }])
})

it('ignores bots, and knows people of other companies', async () => {
  const { slack, said, heardOf, heard } = await connected()
  const other = slack.workspace({ name: 'Elsewhere', installed: false })
  const shared = slack.team.channel({ name: 'both', shared: [other] })
  const bot = `<@${slack.team.bot.user}>`
  slack.team.person({ name: 'Robo', bot: true }).says(shared, `${bot} hi`)
  const max = slack.team.person({ name: 'Max', foreign: other })
  max.says(shared, `${bot} hi`)
  slack.team.person({ name: 'Ada' }).says(shared, `${bot} hi`)
  await heardOf(2)
  const by = [said(0).by, said(1).by].toSorted((a, b) => a.name.localeCompare(b.name))
  expect(by).toMatchObject([
    { name: 'Ada', foreign: false },
    { foreign: true, home: other.id, account: `${other.id}:${max.id}` },
  ])
  expect(heard).toHaveLength(2)
})

it('admits each of 200 mentions once, which come four times, shuffled, over two connections', async () => {
  const { slack, heard, heardOf } = await connected()
  slack.deliver({ times: 4, shuffled: true, withinMs: 20 })
  const general = slack.team.channel({ name: 'general' })
  const ada = slack.team.person({ name: 'Ada' })
  const asked = Array.from({ length: 200 }, (_, i) => ada.says(general, `<@${slack.team.bot.user}> ${i}`).ts)
  await heardOf(200)
  await slack.until(() => slack.ledger.envelopes.length >= 200 * 2 * 4)
  expect(new Set(heard.map(({ id }) => id)).size).toBe(200)
  expect(heard.flatMap((event) => (event.kind === 'message' ? event.message.id : [])).toSorted()).toEqual(
    asked.toSorted(),
  )
})
