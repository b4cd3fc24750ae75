import { expect, it } from 'vitest'
import type { OptionValue } from '../fakes/discord/acting.ts'
import type { Where } from '../fakes/discord/people.ts'
import { hold, text } from '../fakes/openai/script.ts'
import { png } from '../fakes/png.ts'
import { note } from './discord-media-telling.ts'
import { openDiscordStage } from './discord-stage.ts'
import { inDeltas, isWhole, labels, numbered, replyTo, roomy, said, whole } from './discord-telling.ts'

async function atHome(options: Parameters<typeof openDiscordStage>[0] = {}) {
  const stage = await openDiscordStage({ limits: roomy, ...options })
  const home = stage.discord.guild({ name: 'Home' })
  const channel = home.channel({ name: 'general' })
  const [ann, bob] = [stage.discord.person({ name: 'Ann' }), stage.discord.person({ name: 'Bob' })]
  await stage.discord.until(() => stage.discord.commands.puts === 1)
  return { ...stage, home, channel, ann, bob }
}

it('/ask is deferred at once and answered in its own reply, which grows', async () => {
  const { discord, model, channel, ann } = await atHome()
  const [first, rest] = [hold(), hold()]
  model.next({ beats: [first.beat, ...text('Low '), rest.beat, ...text('tide.')] })
  const asked = ann.slash(channel, 'ask', { prompt: 'which tide is it?' })
  await asked.answered()
  expect(asked.replies()).toMatchObject([{ loading: true, ephemeral: false }])
  first.open()
  await discord.until(() => asked.replies()[0]?.content === 'Low')
  rest.open()
  await discord.until(() => labels(asked.replies()[0]).join() === whole.join())
  expect(asked.replies()).toMatchObject([{ content: 'Low tide.', loading: false }])
  expect(said(discord.visible(channel))).toEqual(['Low tide.'])
})

it('a long answer to /ask goes on in follow-ups', async () => {
  const { discord, model, channel, ann } = await atHome()
  const answer = numbered(700)
  model.next({ beats: inDeltas(answer, 100) })
  const asked = ann.slash(channel, 'ask', { prompt: 'tell me a lot' })
  await discord.until(() => labels(asked.replies().at(-1)).join() === whole.join())
  expect(asked.replies()).toHaveLength(3)
  expect(
    said(asked.replies())
      .join(' ')
      .match(/word\d+/g)!
      .join(' '),
  ).toBe(answer)
  expect(discord.visible(channel)).toHaveLength(3)
})

it('a very long answer to /ask ends with a file, too', async () => {
  const { discord, model, channel, ann } = await atHome()
  const answer = numbered(2_600)
  model.next({ beats: inDeltas(answer, 400) })
  const asked = ann.slash(channel, 'ask', { prompt: 'tell me everything' })
  await discord.until(() => labels(asked.replies().at(-1)).join() === whole.join())
  expect(asked.replies()).toHaveLength(5)
  expect(new TextDecoder().decode(asked.replies()[4]!.attachments[0]!.bytes)).toBe(answer)
})

it('/ask with a picture shows it to the model', async () => {
  const { discord, model, channel, ann } = await atHome()
  const asked = ann.slash(channel, 'ask', {
    prompt: 'what is this?',
    file: { name: 'cat.png', bytes: png(4, 4), type: 'image/png' },
  })
  await discord.until(() => labels(asked.replies()[0]).join() === whole.join())
  const request = await model.arrival(1)
  expect(JSON.stringify(request.body)).toContain('data:image/png;base64,')
})

it.each([
  ['in a channel', 'channel', {}],
  ['in a direct message', 'dm', {}],
  ['where only the person installed it', 'elsewhere', { installed: 'user' }],
  ['in a group', 'group', { installed: 'user' }],
] as const)('every command is answered %s', async (_, kind, install) => {
  const { discord, channel, ann, bob } = await atHome()
  const elsewhere = discord.guild({ name: 'Elsewhere', installed: false }).channel({ name: 'lounge' })
  const where: Where = { channel, dm: 'dm', elsewhere, group: discord.group([ann, bob]) }[kind] as Where
  const typed = new Set<string>()
  const told = async (name: string, options: Record<string, OptionValue> = {}) => {
    typed.add(name)
    const call = ann.slash(where, name, options, install)
    await call.answered()
    expect(call.deferredAfterMs).toBeLessThan(3_000)
    if (call.modal !== null) return call.modal.title
    const [reply] = await discord.until(() => (replyTo(call) === null ? null : call.replies()))
    if (reply!.attachments.length > 0) return `${reply!.content}<${reply!.attachments[0]!.name}>`
    return `${reply!.ephemeral ? '(only you) ' : ''}${reply!.content}`
  }
  expect(await told('ask', { prompt: 'hello there' })).toBe('You said: “hello there”.')
  await discord.until(() => isWhole(discord.visible(where, { as: ann })))
  expect(await told('stop')).toMatch(
    /^\(only you\) (Nothing is being written here|The answer was just finished)/,
  )
  expect(await told('model')).toMatch(/^\(only you\) Here I use `gpt-6.1-terra`/)
  expect(await told('model', { name: 'gpt-6-luna' })).toBe('From now on I use `gpt-6-luna` here.')
  expect(await told('model', { name: 'gpt-nonsense' })).toMatch(/^\(only you\) .*gpt-nonsense/)
  expect(await told('persona')).toBe('The instructions here')
  expect(await told('persona', { text: 'Be a pirate.' })).toContain('Be a pirate.')
  expect(await told('settings')).toBe('The settings here')
  expect(await told('settings', { model: 'gpt-6-luna' })).toMatch(/^\(only you\) Nothing changed/)
  expect(await told('models')).toMatch(/^\(only you\) .*gpt-6-luna` \(in use here\)/s)
  expect(await told('help')).toMatch(/^\(only you\) .*\/ask <prompt>/s)
  expect(await told('new')).toMatch(kind === 'dm' ? /^Forgotten/ : /nothing to forget/)
  const memo = { name: 'memo.ogg', type: 'audio/ogg', bytes: note }
  expect(await told('transcribe', { file: memo })).toMatch(
    /^\*\*3 s, English\*\*\n\n> The words in memo\.ogg/,
  )
  expect(await told('image', { prompt: 'A lighthouse' })).toBe('<picture.png>')
  expect(await told('speak', { text: 'Hello', format: 'mp3' })).toBe('<speech.mp3>')
  expect(await told('voice')).toMatch(/^\(only you\) \*\*Voice:\*\* `marin`/)
  expect(await told('voice', { name: 'cedar' })).toMatch(/^From now on .*`cedar`/)
  const registered = discord.commands.current.filter(({ type = 1 }) => type === 1)
  expect(typed).toEqual(new Set(registered.map(({ name }) => name)))
  expect(discord.visible(where, { as: ann }).filter(({ loading }) => loading)).toEqual([])
  // Others see what concerns all, and nothing that was for Ann alone.
  if (kind !== 'dm')
    expect(said(discord.visible(where, { as: bob })).map((words) => words.split('\n')[0])).toEqual([
      'You said: “hello there”.',
      'From now on I use `gpt-6-luna` here.',
      'From now on I follow these instructions here:',
      '**3 s, English**',
      '',
      '',
      'From now on I speak as `cedar` here.',
    ])
})

it('where only the person installed it, even the longest answers fit into what Discord allows there', async () => {
  const { discord, model, ann } = await atHome()
  const elsewhere = discord.guild({ name: 'Elsewhere', installed: false }).channel({ name: 'lounge' })
  const answer = numbered(2_600)
  model.next({ beats: text('In short: tides.') }, { beats: inDeltas(answer, 400) })
  const asked = ann.slash(elsewhere, 'ask', { prompt: 'tell me' }, { installed: 'user' })
  await discord.until(() => isWhole(asked.replies()))
  ann.presses(asked.replies()[0]!, 'Regenerate', { installed: 'user' })
  await discord.until(() => discord.visible(elsewhere).length === 5 && isWhole(discord.visible(elsewhere)))
  const [file] = discord.visible(elsewhere)[4]!.attachments
  expect(new TextDecoder().decode(file!.bytes)).toBe(answer)
})

it('where only the person installed it, Regenerate writes what it can’t reach anew: nothing of the answer is lost', async () => {
  const { discord, model, ann } = await atHome()
  const elsewhere = discord.guild({ name: 'Elsewhere', installed: false }).channel({ name: 'lounge' })
  const [first, second] = [numbered(700), numbered(800).replaceAll('word', 'again')]
  model.next({ beats: inDeltas(first, 400) }, { beats: inDeltas(second, 400) })
  const asked = ann.slash(elsewhere, 'ask', { prompt: 'tell me' }, { installed: 'user' })
  await discord.until(() => isWhole(asked.replies()))
  const old = discord.visible(elsewhere)
  expect(old).toHaveLength(3)
  const pressed = ann.presses(old.at(-1)!, 'Regenerate', { installed: 'user' })
  await discord.until(
    () =>
      isWhole(discord.visible(elsewhere)) && !discord.visible(elsewhere).some(({ id }) => id === old[2]!.id),
  )
  const now = discord.visible(elsewhere)
  expect(now.slice(0, 2)).toEqual(
    old.slice(0, 2).map((message) => expect.objectContaining({ id: message.id, content: message.content })),
  )
  expect(said(now.slice(2)).join(' ')).toBe(second)
  expect(pressed.acknowledged).toBe(true)
})

it('/stop stops what was asked with /ask in the same channel, for the one who asked alone', async () => {
  const { discord, model, channel, ann, bob } = await atHome()
  model.next({ beats: [...text('First half, '), hold().beat] })
  const asked = ann.slash(channel, 'ask', { prompt: 'tell me' })
  await discord.until(() => replyTo(asked) === 'First half,')
  const refused = bob.slash(channel, 'stop')
  await discord.until(() => replyTo(refused))
  expect(replyTo(refused)).toContain('Only the person who asked')
  const stopped = ann.slash(channel, 'stop')
  await discord.until(() => isWhole(asked.replies()) && replyTo(stopped))
  expect(said(asked.replies())).toEqual(['First half,\n\n*— stopped*'])
  expect(stopped.replies()).toMatchObject([{ content: 'Stopped.', ephemeral: true }])
})

it('the model’s name is offered while one types it', async () => {
  const { channel, ann } = await atHome()
  const offered = await ann.types(channel, 'model', 'name', 'luna')
  expect(offered.map(({ value }) => value)).toContain('gpt-6-luna')
  expect((await ann.types('dm', 'settings', 'model', 'gpt-')).length).toBeGreaterThan(2)
  expect(await ann.types(channel, 'model', 'name', 'no such thing')).toEqual([])
})

it('the commands are told to Discord once, and not again at the next start', async () => {
  const { discord, channel, ann, stop, begin, log } = await atHome()
  await discord.until(() => log.some((line) => line.includes('knows the commands')))
  await stop()
  await begin()
  const asked = ann.slash(channel, 'help')
  await discord.until(() => asked.replies().length > 0)
  expect(discord.commands.puts).toBe(1)
})

it('a token that dies while the answer is written: the answer goes on in the channel, once and whole', async () => {
  let skew = 0
  const { discord, model, channel, ann } = await atHome({ now: () => Date.now() + skew })
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const asked = ann.slash(channel, 'ask', { prompt: 'tell me slowly' })
  await discord.until(() => asked.replies()[0]?.content === 'First half,')
  skew = 16 * 60_000
  rest.open()
  await discord.until(() => isWhole(discord.visible(channel)))
  expect(said(discord.visible(channel))).toEqual(['First half, second half.'])
})

it('a token that dies in the middle of a long answer: it goes on below, in order, once and whole', async () => {
  let skew = 0
  const { discord, model, channel, ann } = await atHome({ now: () => Date.now() + skew })
  const rest = hold()
  const answer = numbered(700)
  const beats = inDeltas(answer, 200)
  model.next({ beats: [...beats.slice(0, 12), rest.beat, ...beats.slice(12)] })
  const asked = ann.slash(channel, 'ask', { prompt: 'tell me a lot' })
  await discord.until(() => asked.replies().length === 2)
  skew = 16 * 60_000
  rest.open()
  await discord.until(() => isWhole(discord.visible(channel)))
  expect(
    said(discord.visible(channel))
      .join(' ')
      .match(/word\d+/g)!
      .join(' '),
  ).toBe(answer)
  expect(discord.visible(channel)).toHaveLength(3)
  for (const { buttons } of discord.visible(channel).slice(0, -1)) expect(buttons).toEqual([])
  // Its buttons work on, too.
  model.next({ beats: text('In short: tides.') })
  ann.presses(discord.visible(channel).at(-1)!, 'Regenerate')
  await discord.until(() => discord.visible(channel).length === 1 && isWhole(discord.visible(channel)))
  expect(said(discord.visible(channel))).toEqual(['In short: tides.'])
})

it('a token that dies where the bot is no member: what was shown stays, and nothing is tried for ever', async () => {
  let skew = 0
  const { discord, model, ann, stop } = await atHome({ now: () => Date.now() + skew })
  const elsewhere = discord.guild({ name: 'Elsewhere', installed: false }).channel({ name: 'lounge' })
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const asked = ann.slash(elsewhere, 'ask', { prompt: 'tell me slowly' }, { installed: 'user' })
  await discord.until(() => asked.replies()[0]?.content === 'First half,')
  skew = 16 * 60_000
  rest.open()
  await discord.until(() => discord.ledger.requests.some(({ status }) => status === 401))
  const after = ann.slash(elsewhere, 'ask', { prompt: 'again?' }, { installed: 'user' })
  await discord.until(() => isWhole(after.replies()))
  expect(said(asked.replies())).toEqual(['First half,'])
  expect(discord.ledger.requests.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(2)
  // No call is left that would keep the program from its end.
  const began = performance.now()
  await stop()
  expect(performance.now() - began).toBeLessThan(4_000)
})
