import { describe, expect, it } from 'vitest'
import { png } from '../fakes/png.ts'
import { modes } from './slack-stage.ts'
import { atHome, said, say } from './slack-telling.ts'
import { finished, handle, prompt, spoken } from './slack-watching.ts'

const ask = 'parley.ask'
const summarise = 'parley.summarise'

describe.each(modes)('by %s', (mode) => {
  it('Summarise gives a summary of somebody’s message to the one who asked for it, alone', async () => {
    const { slack, model, channel, ann, bob, stage } = await atHome({ mode })
    const long = bob.says(channel, 'The ferry sails at nine, and not at eight as it used to.')
    model.next(say('The ferry now sails at nine.'))
    await ann.shortcut(long, summarise).answered()
    const summary = await slack.until(() => spoken(stage, channel, ann)[0])
    expect(summary).toMatchObject({ text: 'The ferry now sails at nine.', ephemeral: true })
    expect(said(slack.visible(channel, { as: bob, thread: 'all' }))).toEqual([])
    expect(prompt(stage, -1).join('\n')).toContain('The ferry sails at nine')
  })

  it('Ask about this asks for the question in a form, and answers in the thread with the message in view', async () => {
    const { slack, model, channel, ann, bob, stage } = await atHome({ mode })
    const message = bob.says(channel, 'Meet at the pier', {
      files: [{ name: 'pier.png', bytes: png(8, 8), type: 'image/png' }],
    })
    const menu = await ann.shortcut(message, ask).answered()
    const form = await slack.until(() => menu.modal())
    expect(form.title).toBe('Ask about this message')
    expect(form.blocks.map((block) => (block.label as { text: string }).text)).toEqual([
      'What you want to know',
    ])
    model.next(say('At the pier.'))
    expect((await ann.submits(form, { 'What you want to know': 'where do they meet?' })).errors).toBeNull()
    await finished(stage, message, 'At the pier.')
    expect(spoken(stage, channel)).toEqual([])
    const words = prompt(stage, -1).join('\n')
    expect(words).toContain('Meet at the pier')
    expect(words).toContain('where do they meet?')
    expect(words).toContain('[picture]')
  })
})

it('what is said in the thread of such an answer goes on with it', async () => {
  const { slack, model, channel, ann, bob, stage } = await atHome()
  const message = bob.says(channel, 'Meet at the pier')
  const menu = await ann.shortcut(message, ask).answered()
  model.next(say('At the pier.'), say('At nine.'))
  await ann.submits(await slack.until(() => menu.modal()), { prompt: 'where?' })
  await finished(stage, message, 'At the pier.')
  ann.says(message, 'and when?')
  await finished(stage, message, 'At nine.')
  expect(prompt(stage, -1).slice(-2)).toEqual(['assistant: At the pier.', 'user: and when?'])
})

it('an answer of Parley’s own, within its thread, can be asked about in that thread', async () => {
  const { slack, model, parley, channel, ann, bob, stage } = await atHome()
  model.next(say('The ferry sails at nine.'))
  const question = ann.says(channel, `${parley} when does the ferry sail?`)
  const answer = handle(await finished(stage, question, 'The ferry sails at nine.'), channel.team)
  const menu = await bob.shortcut(answer, ask).answered()
  model.next(say('Not on Sundays.'))
  await bob.submits(await slack.until(() => menu.modal()), { prompt: 'every day?' })
  await finished(stage, question, 'Not on Sundays.')
  expect(spoken(stage, channel)).toEqual([])
})

it.each([
  ['where Parley is no member', 'elsewhere'],
  ['in the direct messages of two others', 'between'],
] as const)('both work %s', async (_, kind) => {
  const { slack, model, team, ann, bob, stage } = await atHome()
  const where = team.channel(kind === 'between' ? { between: true } : { member: false })
  const message = bob.says(where, 'The ferry sails at nine.')
  model.next(say('Nine.'))
  await ann.shortcut(message, summarise).answered()
  await slack.until(() =>
    slack.visible(where, { as: ann }).some(({ ephemeral, text }) => ephemeral && text === 'Nine.'),
  )
  expect(prompt(stage, -1).join('\n')).toContain('The ferry sails at nine')
  const menu = await ann.shortcut(message, ask).answered()
  model.next(say('At nine.'))
  await ann.submits(await slack.until(() => menu.modal()), { prompt: 'when?' })
  await slack.until(() => said(slack.visible(where, { as: bob, thread: 'all' })).includes('At nine.'))
})

it('Summarise of a message with nothing but an unreadable file says so, to the one who asked alone', async () => {
  const { slack, channel, ann, bob } = await atHome()
  const empty = bob.says(channel, '', {
    files: [{ name: 'x.bin', bytes: new Uint8Array(4), type: 'application/octet-stream' }],
  })
  await ann.shortcut(empty, summarise).answered()
  const told = () => slack.visible(channel, { as: ann, thread: 'all' }).find(({ ephemeral }) => ephemeral)
  await slack.until(() => told())
  expect(told()?.text).toContain('`x.bin`')
  expect(said(slack.visible(channel, { thread: 'all' }))).toEqual([])
})

it('a form that is sent after a restart is answered, with the message fetched again', async () => {
  const { slack, model, channel, ann, bob, stage } = await atHome()
  const message = bob.says(channel, 'The ferry sails at nine.')
  const menu = await ann.shortcut(message, ask).answered()
  const form = await slack.until(() => menu.modal())
  await stage.stop()
  await stage.begin()
  model.next(say('At nine.'))
  expect((await ann.submits(form, { prompt: 'when?' })).errors).toBeNull()
  await finished(stage, message, 'At nine.')
  expect(prompt(stage, -1).join('\n')).toContain('The ferry sails at nine')
})

it('a shortcut of another version is answered in words', async () => {
  const { slack, channel, ann, bob } = await atHome()
  const message = bob.says(channel, 'The ferry sails at nine.')
  await ann.shortcut(message, 'parley.translate').answered()
  await slack.until(() =>
    slack
      .visible(channel, { as: ann })
      .some(({ ephemeral, text }) => ephemeral && text.includes('/parley help')),
  )
})
