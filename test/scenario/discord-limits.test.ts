import { expect, it } from 'vitest'
import { cloudflareBlock, type Fault, limited } from '../fakes/discord/faults.ts'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { isWhole, roomy, said } from './discord-telling.ts'

const edits = '/channels/:channel/messages/:message'

const faults: readonly (readonly [string, Fault, number])[] = [
  ['Retry-After 0', limited(0), 0],
  ['Retry-After 1', limited(1), 1_000],
  ['a part of a second', limited(0.4), 400],
  ['no Retry-After', limited(undefined), 0],
  ['garbage', limited('garbage'), 0],
  ['a shared limit', limited(1, 'shared'), 1_000],
]
const calls = ['opening the thread', 'the first message', 'an edit'] as const

it('a 429 that is for one call: never tried again too early, and every text is whole in the end', async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy })
  const home = discord.guild({ name: 'Home' })
  const ann = discord.person({ name: 'Ann' })
  const rest = hold()
  model.always({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const stories = faults.flatMap(([kind, fault, waitMs]) =>
    calls.map((call) => {
      const channel = home.channel({ name: 'general' })
      const question = ann.says(channel, `${parley} tell me`)
      // A thread on a message has the message's id.
      const path = {
        'opening the thread': `/channels/${channel.id}/messages/${question.id}/threads$`,
        'the first message': `/channels/${question.id}/messages$`,
        'an edit': `/channels/${question.id}/messages/\\d+$`,
      }[call]
      const route = new RegExp(path)
      const method = call === 'an edit' ? 'PATCH' : 'POST'
      discord.faults.next({ method, route }, fault)
      const seen = () => discord.visible({ id: question.id } as never)
      return { name: `${call}: ${kind}`, route, method, waitMs, seen, waits: call === 'an edit' }
    }),
  )
  await discord.until(() => stories.every(({ waits, seen }) => !waits || seen().length > 0))
  rest.open()
  await discord.until(() => stories.every(({ seen }) => isWhole(seen())), 15_000)
  for (const { name, route, method, waitMs, seen } of stories) {
    expect({ name, said: said(seen()) }).toEqual({ name, said: ['First half, second half.'] })
    const made = discord.ledger.requests.filter((one) => one.method === method && route.test(one.path))
    const refused = made.findIndex(({ status }) => status === 429)
    const waited = made[refused + 1]!.at - made[refused]!.endedAt!
    // A millisecond for rounding.
    expect({ name, early: waited < waitMs - 1 }).toEqual({ name, early: false })
  }
  expect(discord.ledger.limited()).toHaveLength(stories.length)
}, 25_000)

it.each<[string, Fault, number]>([
  ['a 429 that is for all calls', limited(1, 'global'), 1_000],
  ['Cloudflare’s page', cloudflareBlock('1'), 1_000],
  ['Cloudflare’s page without a time', cloudflareBlock(), 500],
])(
  '%s: nothing at all goes out while it holds, and every text is whole in the end',
  async (_, fault, waitMs) => {
    const { discord, model, parley } = await openDiscordStage({ limits: roomy })
    const home = discord.guild({ name: 'Home' })
    const ann = discord.person({ name: 'Ann' })
    const rest = hold()
    model.always({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
    const first = ann.says(home.channel({ name: 'general' }), `${parley} tell me`)
    const thread = await discord.until(() => discord.threadOf(first))
    await discord.until(() => discord.visible(thread).length > 0)
    discord.faults.next({ method: 'PATCH', route: edits }, fault)
    rest.open()
    const refused = await discord.until(() => discord.ledger.limited()[0])
    const second = ann.says(home.channel({ name: 'other' }), `${parley} tell me, too`)
    const other = await discord.until(() => discord.threadOf(second))
    await discord.until(() => isWhole(discord.visible(thread)) && isWhole(discord.visible(other)), 10_000)
    expect(said(discord.visible(thread))).toEqual(['First half, second half.'])
    expect(said(discord.visible(other))).toEqual(['First half, second half.'])
    const later = discord.ledger.requests.slice(discord.ledger.requests.indexOf(refused) + 1)
    expect(later[0]!.at - refused.endedAt!).toBeGreaterThanOrEqual(waitMs - 1)
    expect(discord.ledger.limited()).toHaveLength(1)
  },
)

it('an answer is never refused for its pace by Discord’s own limits', async () => {
  const { discord, model, parley } = await openDiscordStage()
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  const words = Array.from({ length: 40 }, (_, index) => `word${index} `)
  model.next({
    beats: words.flatMap((word) => [...text(word), { kind: 'pause', ms: 50 } as const]),
  })
  const question = ann.says(channel, `${parley} count`)
  const thread = await discord.until(() => discord.threadOf(question))
  await discord.until(() => isWhole(discord.visible(thread)), 10_000)
  expect(said(discord.visible(thread))).toEqual([words.join('').trim()])
  expect(discord.ledger.limited()).toEqual([])
})

it('a message too old to be edited as often as one likes (30046) still ends with its whole text', async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy })
  const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = discord.person({ name: 'Ann' })
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const question = ann.says(channel, `${parley} tell me`)
  const thread = await discord.until(() => discord.threadOf(question))
  await discord.until(() => discord.visible(thread).length > 0)
  discord.faults.next(
    { method: 'PATCH', route: edits },
    {
      status: 429,
      headers: { 'retry-after': '1' },
      body: {
        message: 'Maximum number of edits to messages older than 1 hour reached',
        code: 30046,
        retry_after: 1,
      },
    },
  )
  rest.open()
  await discord.until(() => isWhole(discord.visible(thread)), 10_000)
  expect(said(discord.visible(thread))).toEqual(['First half, second half.'])
})

it('500s, refused connections and lost replies to every kind of call: one answer each, whole', async () => {
  const { discord, model, parley } = await openDiscordStage({ limits: roomy })
  const home = discord.guild({ name: 'Home' })
  const ann = discord.person({ name: 'Ann' })
  const rest = hold()
  model.always({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const troubles: readonly Fault[] = [
    { status: 500, body: { message: 'Internal Server Error', code: 0 } },
    { status: 502, body: '<html>Bad gateway</html>' },
    'refuse',
    'lose the reply',
  ]
  const asked = troubles.map((fault) => {
    const channel = home.channel({ name: 'general' })
    const question = ann.says(channel, `${parley} tell me`)
    for (const [method, path] of [
      ['POST', `/messages/${question.id}/threads$`],
      ['POST', `/channels/${question.id}/messages$`],
      ['PATCH', `/channels/${question.id}/messages/`],
    ] as const)
      discord.faults.next({ method, route: new RegExp(path) }, fault)
    return { channel, seen: () => discord.visible({ id: question.id } as never) }
  })
  await discord.until(() => asked.every(({ seen }) => seen().length > 0), 15_000)
  rest.open()
  await discord.until(() => asked.every(({ seen }) => isWhole(seen())), 15_000)
  for (const { channel, seen } of asked) {
    expect(said(seen())).toEqual(['First half, second half.'])
    expect(said(discord.visible(channel))).toEqual([])
  }
  expect(discord.ledger.requests.filter(({ fault }) => fault)).toHaveLength(3 * troubles.length)
}, 30_000)
