import { describe, expect, it } from 'vitest'
import type { FakeInteraction } from '../fakes/discord/interaction-handle.ts'
import { hold, serverError, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { isWhole, labels, roomy, said, stopped } from './discord-telling.ts'

async function atHome(options: Parameters<typeof openDiscordStage>[0] = {}) {
  const stage = await openDiscordStage({ limits: roomy, ...options })
  const { discord, parley } = stage
  const home = discord.guild({ name: 'Home' })
  const channel = home.channel({ name: 'general' })
  const [ann, bob] = [discord.person({ name: 'Ann' }), discord.person({ name: 'Bob' })]
  const mona = discord.person({ name: 'Mona', moderator: true })
  await discord.until(() => discord.commands.puts === 1)
  const asks = async (words: string) => {
    const question = ann.says(channel, `${parley} ${words}`)
    return discord.until(() => discord.threadOf(question))
  }
  return { ...stage, home, channel, ann, bob, mona, asks }
}

/** What the one who pressed is told beside the answer. */
const toldAlone = ({ replies }: FakeInteraction): string[] =>
  replies()
    .filter(({ ephemeral }) => ephemeral)
    .map(({ content }) => content)

describe('Stop', () => {
  it('stops the answer of the one who asked; what was written stays', async () => {
    const { discord, model, ann, asks } = await atHome()
    model.next({ beats: [...text('First half, '), hold().beat] })
    const thread = await asks('tell me')
    const [draft] = await discord.until(() => discord.visible(thread)[0] && discord.visible(thread))
    const press = ann.presses(draft!, 'Stop')
    await discord.until(() => isWhole(discord.visible(thread)))
    expect(said(discord.visible(thread))).toEqual(['First half,\n\n*— stopped*'])
    expect(labels(discord.visible(thread)[0])).toEqual(stopped)
    await discord.until(() => press.acknowledged)
    expect(discord.visible(thread, { as: ann })).toHaveLength(1)
    expect(await (await model.arrival(1)).closed).toBe('aborted')
  })

  it('is refused to a stranger, in words for the stranger alone, and the answer goes on', async () => {
    const { discord, model, bob, asks } = await atHome()
    const rest = hold()
    model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
    const thread = await asks('tell me')
    const [draft] = await discord.until(() => discord.visible(thread)[0] && discord.visible(thread))
    const press = bob.presses(draft!, 'Stop')
    await discord.until(() => toldAlone(press).length > 0)
    expect(toldAlone(press)).toEqual([
      'Only the person who asked, or somebody who may moderate here, can stop this answer.',
    ])
    rest.open()
    await discord.until(() => isWhole(discord.visible(thread)))
    expect(said(discord.visible(thread))).toEqual(['First half, second half.'])
  })

  it('works for somebody who may moderate here', async () => {
    const { discord, model, mona, asks } = await atHome()
    model.next({ beats: [...text('First half, '), hold().beat] })
    const thread = await asks('tell me')
    const [draft] = await discord.until(() => discord.visible(thread)[0] && discord.visible(thread))
    mona.presses(draft!, 'Stop')
    await discord.until(() => isWhole(discord.visible(thread)))
    expect(said(discord.visible(thread))).toEqual(['First half,\n\n*— stopped*'])
  })

  it('stops an answer to /ask, too', async () => {
    const { discord, model, channel, ann } = await atHome()
    model.next({ beats: [...text('First half, '), hold().beat] })
    const asked = ann.slash(channel, 'ask', { prompt: 'tell me' })
    await discord.until(() => asked.replies()[0]?.content === 'First half,')
    ann.presses(asked.replies()[0]!, 'Stop')
    await discord.until(() => isWhole(asked.replies()))
    expect(said(asked.replies())).toEqual(['First half,\n\n*— stopped*'])
  })
})

describe('Regenerate', () => {
  it('writes the answer again in the same message, for the one who asked', async () => {
    const { discord, model, ann, asks } = await atHome()
    model.next({ beats: text('Heads.') }, { beats: text('Tails.') })
    const thread = await asks('toss a coin')
    await discord.until(() => isWhole(discord.visible(thread)))
    const [first] = discord.visible(thread)
    const press = ann.presses(first!, 'Regenerate')
    await discord.until(
      () => said(discord.visible(thread))[0] === 'Tails.' && isWhole(discord.visible(thread)),
    )
    expect(discord.visible(thread, { as: ann }).map(({ id }) => id)).toEqual([first!.id])
    expect(press.acknowledged).toBe(true)
    // The model doesn't see the answer that is being replaced.
    expect(JSON.stringify((await model.arrival(2)).body)).not.toContain('Heads.')
  })

  it('is refused to a stranger, in words for the stranger alone', async () => {
    const { discord, model, bob, mona, asks } = await atHome()
    model.next({ beats: text('Heads.') }, { beats: text('Tails.') })
    const thread = await asks('toss a coin')
    await discord.until(() => isWhole(discord.visible(thread)))
    const press = bob.presses(discord.visible(thread)[0]!, 'Regenerate')
    await discord.until(() => toldAlone(press).length > 0)
    expect(toldAlone(press)[0]).toContain('Only the person who asked')
    expect(said(discord.visible(thread))).toEqual(['Heads.'])
    mona.presses(discord.visible(thread)[0]!, 'Regenerate')
    await discord.until(() => said(discord.visible(thread))[0] === 'Tails.')
  })

  it.each([
    ['in a direct message', 'dm'],
    ['in a reply in place', 'reply'],
    ['of /ask', 'ask'],
    ['where only the person installed it', 'elsewhere'],
  ] as const)('works %s', async (_, kind) => {
    const { discord, model, parley, channel, ann } = await atHome(
      kind === 'reply' ? { policy: 'conversations: reply\n' } : {},
    )
    model.next({ beats: text('Heads.') }, { beats: text('Tails.') })
    const elsewhere = discord.guild({ name: 'Elsewhere', installed: false }).channel({ name: 'lounge' })
    const install = kind === 'elsewhere' ? ({ installed: 'user' } as const) : {}
    const where = { dm: ann.dm, reply: channel, ask: channel, elsewhere }[kind]
    if (kind === 'dm') ann.says('dm', 'toss a coin')
    else if (kind === 'reply') ann.says(channel, `${parley} toss a coin`)
    else ann.slash(where, 'ask', { prompt: 'toss a coin' }, install)
    await discord.until(() => isWhole(discord.visible(where)))
    const first = discord.visible(where).at(-1)!
    expect(first.content).toBe('Heads.')
    ann.presses(first, 'Regenerate', install)
    await discord.until(
      () => discord.visible(where).at(-1)!.content === 'Tails.' && isWhole(discord.visible(where)),
    )
    expect(said(discord.visible(where, { as: ann }))).toEqual(['Tails.'])
    expect(discord.visible(where).at(-1)!.id).toBe(first.id)
  })
})

it('Try again stands under an answer that failed, and writes it in the same message', async () => {
  const { discord, model, ann, asks } = await atHome()
  model.next({
    beats: text('Well, '),
    ending: { kind: 'failed', code: 'server_error', message: 'The server had an error' },
  })
  const thread = await asks('tell me')
  await discord.until(() => labels(discord.visible(thread)[0]).join() === 'Try again')
  const [failed] = discord.visible(thread)
  model.next({ beats: text('Well, here it is.') })
  ann.presses(failed!, 'Try again')
  await discord.until(() => isWhole(discord.visible(thread)))
  expect(said(discord.visible(thread))).toEqual(['Well, here it is.'])
  expect(discord.visible(thread)[0]!.id).toBe(failed!.id)
})

it('Try again stands under a failure before any word, too', async () => {
  const { discord, model, channel, ann, bob } = await atHome()
  model.always(serverError())
  const asked = ann.slash(channel, 'ask', { prompt: 'tell me' })
  await discord.until(() => labels(asked.replies()[0]).join() === 'Try again', 15_000)
  model.always({ beats: text('Here it is.') })
  const press = bob.presses(asked.replies()[0]!, 'Try again')
  await discord.until(() => toldAlone(press).length > 0)
  ann.presses(asked.replies()[0]!, 'Try again')
  await discord.until(() => isWhole(asked.replies()))
  expect(said(asked.replies())).toEqual(['Here it is.'])
})

it('thumbs are taken from anybody, with thanks for that person alone, and change nothing', async () => {
  const { discord, model, ann, bob, asks } = await atHome()
  model.next({ beats: text('Heads.') })
  const thread = await asks('toss a coin')
  await discord.until(() => isWhole(discord.visible(thread)))
  const [up, down] = [
    ann.presses(discord.visible(thread)[0]!, '👍'),
    bob.presses(discord.visible(thread)[0]!, '👎'),
  ]
  await discord.until(() => toldAlone(up).length > 0 && toldAlone(down).length > 0)
  expect(toldAlone(up)).toEqual(['Thanks, noted.'])
  expect(said(discord.visible(thread))).toEqual(['Heads.'])
  expect(model.ledger.filter(({ path }) => path === '/responses')).toHaveLength(1)
})

it('all buttons work after a restart', async () => {
  const { discord, model, ann, bob, asks, stop, begin } = await atHome()
  model.next({ beats: text('Heads.') }, { beats: text('Tails.') })
  const thread = await asks('toss a coin')
  await discord.until(() => isWhole(discord.visible(thread)))
  await stop()
  await begin()
  const up = bob.presses(discord.visible(thread)[0]!, '👍')
  await discord.until(() => up.acknowledged)
  const refused = bob.presses(discord.visible(thread)[0]!, 'Regenerate')
  await discord.until(() => toldAlone(refused).length > 0)
  ann.presses(discord.visible(thread)[0]!, 'Regenerate')
  await discord.until(() => said(discord.visible(thread))[0] === 'Tails.' && isWhole(discord.visible(thread)))
  expect(discord.visible(thread)).toHaveLength(1)
})
