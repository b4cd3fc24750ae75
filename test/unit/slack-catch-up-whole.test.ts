import { afterEach, describe, expect, it } from 'vitest'
import type { MessageHeard } from '../../src/ports/event.ts'
import type { SlackFake } from '../fakes/slack/slack-fake.ts'
import { type Whole, wholeSlack } from './slack-whole.ts'
import { memoryStore } from './web-world.ts'

const open: Whole[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function begin(
  mode: 'socket' | 'http',
  store: ReturnType<typeof memoryStore>,
  at?: SlackFake,
): Promise<Whole> {
  const whole = await wholeSlack(mode, {
    options: {
      store,
      timing: { sockets: { closing: 100 }, pauses: { first: 20, longest: 50 } },
      ...(at && {
        apiUrl: at.apiUrl,
        botToken: at.team.botToken,
        ...(mode === 'socket' ? { appToken: at.appToken } : { signingSecret: at.signingSecret }),
      }),
    },
  })
  open.push(whole)
  await whole.start()
  return whole
}

const texts = ({ heard }: Whole) => heard.map((event) => (event as MessageHeard).text)

describe.each(['socket', 'http'] as const)('the whole adapter, by %s', (mode) => {
  it('a question asked while no process ran reaches the next one', async () => {
    const store = memoryStore()
    const first = await begin(mode, store)
    const { slack } = first
    const ann = slack.team.person({ name: 'Ann' })
    const channel = slack.team.channel()
    const bot = `<@${slack.team.bot.user}>`
    ann.says(channel, `${bot} before`)
    await slack.until(() => first.heard.length === 1)
    await first.adapter.platform.stop()
    ann.says(channel, `${bot} meanwhile`, { unheard: true })
    ann.says('dm', 'and here', { unheard: true })
    ann.says(channel, 'not for Parley', { unheard: true })
    const second = await begin(mode, store, slack)
    await slack.until(() => texts(second).includes('and here') && texts(second).includes('meanwhile'))
    expect(texts(second)).not.toContain('not for Parley')
    expect(second.heard.find((event) => (event as MessageHeard).text === 'meanwhile')).toMatchObject({
      kind: 'message',
      place: { conversation: { platform: 'slack', workspace: slack.team.id, channel: channel.id } },
    })
  })
})

it('what was said while all connections were cut is heard when one stands again', async () => {
  const whole = await begin('socket', memoryStore())
  const { slack } = whole
  const ann = slack.team.person({ name: 'Ann' })
  const channel = slack.team.channel()
  const bot = `<@${slack.team.bot.user}>`
  ann.says(channel, `${bot} before`)
  await slack.until(() => whole.heard.length === 1)
  const back = slack.sockets.away()
  ann.says(channel, `${bot} in the gap`, { unheard: true })
  await new Promise((resolve) => setTimeout(resolve, 150))
  back()
  await slack.until(() => texts(whole).includes('in the gap'))
  ann.says(channel, `${bot} after`)
  await slack.until(() => whole.heard.length === 3)
  expect(texts(whole)).toEqual(['before', 'in the gap', 'after'])
})
