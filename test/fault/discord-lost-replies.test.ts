import { expect, it } from 'vitest'
import type { Fault } from '../fakes/discord/faults.ts'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from '../scenario/discord-stage.ts'
import { inDeltas, isWhole, numbered, roomy, said } from '../scenario/discord-telling.ts'

const isFull = process.env.PARLEY_FAULT === 'full'
const count = isFull ? 200 : 20
const channelMessages = '/channels/:channel/messages'
const words = (texts: readonly string[]): string =>
  texts
    .join(' ')
    .match(/word\d+/g)
    ?.join(' ') ?? ''

async function atHome() {
  const stage = await openDiscordStage({ limits: roomy, policy: 'budgets: off\n' })
  const home = stage.discord.guild({ name: 'Home' })
  const ann = stage.discord.person({ name: 'Ann' })
  await stage.discord.until(() => stage.discord.commands.puts === 1)
  return { ...stage, home, ann }
}

it(`${count} sends that are accepted and whose replies are lost: each message stands once, and its text is whole`, async () => {
  const { discord, model, home, ann, parley } = await atHome()
  const answer = numbered(450)
  model.always({ beats: inDeltas(answer, 500) })
  const asked = Array.from({ length: count }, (_, index) => {
    const channel = home.channel({ name: `room-${index}` })
    const question = ann.says(channel, `${parley} tell me`)
    // The opening of the thread, its first message, its second, or an edit of one.
    const [method, route] = (
      [
        ['POST', `/messages/${question.id}/threads$`],
        ['POST', `/channels/${question.id}/messages$`],
        ['PATCH', `/channels/${question.id}/messages/\\d+$`],
      ] as const
    )[index % 3]!
    discord.faults.next({ method, route: new RegExp(route) }, 'lose the reply', 1 + (index % 2))
    return { channel, seen: () => discord.visible({ id: question.id } as typeof channel) }
  })
  await discord.until(() => asked.every(({ seen }) => isWhole(seen())), 60_000)
  for (const { channel, seen } of asked) {
    expect(words(said(seen()))).toBe(answer)
    expect(seen()).toHaveLength(2)
    expect(said(discord.visible(channel))).toEqual([])
  }
  expect(discord.ledger.requests.filter(({ replyLost }) => replyLost).length).toBeGreaterThan(count)
}, 90_000)

it(`${count} replies to commands whose confirmation is lost: each stands once, and its text is whole`, async () => {
  const { discord, model, home, ann } = await atHome()
  const answer = numbered(450)
  model.always({ beats: inDeltas(answer, 500) })
  const channel = home.channel({ name: 'general' })
  const asked = Array.from({ length: count }, (_, index) => {
    const one = ann.slash(channel, 'ask', { prompt: `question ${index}` })
    const [method, path] = (
      [
        ['PATCH', '/messages/@original'],
        ['POST', '(\\?.*)?$'],
        ['POST', '/callback'],
        ['PATCH', '/messages/\\d+'],
      ] as const
    )[index % 4]!
    const owner = path === '/callback' ? `/interactions/${one.id}/` : `/webhooks/\\d+/`
    const route = new RegExp(`${owner}${one.token.replaceAll(/[^\w]/g, '.')}${path}`)
    discord.faults.next({ method, route }, 'lose the reply')
    return one
  })
  await discord.until(() => asked.every((one) => isWhole(one.replies())), 60_000)
  for (const one of asked) {
    expect(words(said(one.replies()))).toBe(answer)
    expect(one.replies()).toHaveLength(2)
  }
}, 90_000)

it.each<[string, 'DELETE' | 'POST', Fault]>([
  ['the removal of the public reply fails', 'DELETE', { status: 500 }],
  ['the confirmation of the removal is lost', 'DELETE', 'lose the reply'],
  ['their first try fails', 'POST', { status: 500 }],
  ['their first try is limited', 'POST', { status: 429, body: { retry_after: 0.1, global: false } }],
  ['their first try never arrives', 'POST', 'refuse'],
])('words for the caller of a public command reach them, and nobody else: %s', async (_, method, fault) => {
  const { discord, home, ann } = await atHome()
  const bob = discord.person({ name: 'Bob' })
  const channel = home.channel({ name: 'general' })
  const call = ann.slash(channel, 'model', { name: 'gpt-nonsense' })
  const path = method === 'DELETE' ? '/messages/@original$' : '(\\?.*)?$'
  const route = new RegExp(`/webhooks/\\d+/${call.token.replaceAll(/[^\w]/g, '.')}${path}`)
  discord.faults.next({ method, route }, fault)
  await discord.until(() => call.replies().some(({ content }) => content.includes('gpt-nonsense')), 15_000)
  expect(call.replies()).toMatchObject([{ ephemeral: true, loading: false }])
  expect(discord.visible(channel, { as: bob })).toEqual([])
})

it('a message that Discord hides for a while after its reply was lost: it stands once, and ends with its whole text', async () => {
  const { discord, model, home, ann, parley } = await atHome()
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  discord.faults.next({ method: 'POST', route: channelMessages }, 'lose the reply')
  discord.faults.next({ method: 'GET', route: channelMessages }, { status: 200, body: [] }, 2)
  const question = ann.says(home.channel({ name: 'general' }), `${parley} tell me`)
  const thread = await discord.until(() => discord.threadOf(question))
  await discord.until(() => discord.visible(thread)[0]?.content === 'First half,')
  rest.open()
  await discord.until(() => isWhole(discord.visible(thread)), 10_000)
  expect(said(discord.visible(thread))).toEqual(['First half, second half.'])
})

it.runIf(isFull).each<[string, Fault]>([
  ['never answered', 'hang'],
  ['answered after its patience', { delayMs: 20_000 }],
])(
  'calls that are %s: one answer, whole',
  async (_, fault) => {
    const { discord, model, home, ann, parley } = await atHome()
    for (const [method, route] of [
      ['POST', channelMessages],
      ['PATCH', `${channelMessages}/:message`],
    ] as const)
      discord.faults.next({ method, route }, fault)
    model.next({ beats: [...text('First half, '), { kind: 'pause', ms: 500 }, ...text('second half.')] })
    const question = ann.says(home.channel({ name: 'general' }), `${parley} tell me`)
    const thread = await discord.until(() => discord.threadOf(question))
    await discord.until(() => isWhole(discord.visible(thread)), 80_000)
    expect(said(discord.visible(thread))).toEqual(['First half, second half.'])
  },
  100_000,
)
