import { expect, it } from 'vitest'
import { readButtonId, writeButtonId } from '../../adapters/slack/interactions/button-id.ts'
import { thanksWords, unknownButtonWords } from '../../adapters/slack/interactions/buttons.ts'
import { ids, interactionsWorld, press, responseUrl } from './slack-interactions-world.ts'

const thread = '1795151300.000001'
const conversation = { workspace: ids.team, channel: ids.channel, thread }
const inThread = { thread_ts: thread }
const answer = { channel: ids.channel, id: ids.answer }

async function pressed(...given: Parameters<typeof press>) {
  const world = interactionsWorld()
  await world.hear('action', press(...given))
  return { ...world, event: world.heard[0] }
}

it('Stop, Regenerate and Try again reach the conversation they belong to', async () => {
  for (const [verb, kind] of [
    ['stop', 'stop'],
    ['regenerate', 'regenerate'],
    ['retry', 'regenerate'],
  ] as const) {
    const { event, acks, whispers } = await pressed(writeButtonId(verb, conversation), inThread)
    expect(event).toMatchObject({
      kind,
      answer,
      by: { id: ids.ann },
      place: { conversation: { platform: 'slack', ...conversation }, root: null, direct: false },
    })
    expect(event?.place).not.toHaveProperty('replyTo')
    expect(acks.map(({ ack }) => ack)).toEqual([undefined])
    expect(whispers).toEqual([])
  }
})

it('a thumb is thanked for, once, to the person alone, in the thread where it was pressed', async () => {
  for (const thumb of ['up', 'down'] as const) {
    const { event, whispers, calls } = await pressed(writeButtonId(thumb, conversation), inThread)
    expect(event).toMatchObject({ kind: 'feedback', thumb, answer })
    const args = { channel: ids.channel, user: ids.ann, text: thanksWords, ...inThread }
    expect(calls.map(({ request }) => request)).toEqual([
      { team: ids.team, method: 'chat.postEphemeral', args },
    ])
    expect(whispers).toEqual([])
  }
  const world = interactionsWorld()
  world.admits = async () => 'duplicate'
  await world.hear('action', press(writeButtonId('up', conversation), inThread))
  expect(world.calls).toEqual([])
})

it('where Slack refuses that, and at the top level of the channel, the response URL says it', async () => {
  for (const container of [inThread, {}]) {
    const world = interactionsWorld()
    world.replies = async () => ({ kind: 'refused', error: 'not_in_channel', messages: [] })
    await world.hear('action', press(writeButtonId('up', conversation), container))
    expect(world.whispers).toEqual([{ url: responseUrl, private: true, words: thanksWords }])
  }
})

it('a second press of Regenerate at once is the same wish; another person’s, and a later one, are not', async () => {
  const world = interactionsWorld()
  const regenerate = press(writeButtonId('regenerate', conversation), inThread)
  const by = (id: string) => ({ ...regenerate, user: { ...regenerate.user, id } })
  for (const id of [ids.ann, ids.ann, ids.bob]) await world.hear('action', by(id))
  expect(world.heard.map(({ by: { id } }) => id)).toEqual([ids.ann, ids.bob])
  expect(world.acks).toHaveLength(3)
  await world.clock.advance(2_000)
  await world.hear('action', regenerate)
  expect(world.heard).toHaveLength(3)
})

it('a conversation of the channel goes on in the thread where its button was pressed', async () => {
  const chain = { ...conversation, thread: 'reply:1795151317320.14.5324cc747074c5bb' }
  const { event } = await pressed(writeButtonId('regenerate', chain), { thread_ts: '1795151310.000001' })
  expect(event?.place).toMatchObject({
    conversation: chain,
    replyTo: { channel: ids.channel, id: '1795151310.000001' },
  })
  const alone = await pressed(writeButtonId('regenerate', chain), {})
  expect(alone.event?.place).not.toHaveProperty('replyTo')
})

it('the root of a thread stands at the top level itself', async () => {
  const chain = { ...conversation, thread: 'reply:1' }
  const { event } = await pressed(writeButtonId('regenerate', chain), { thread_ts: ids.answer })
  expect(event?.place).not.toHaveProperty('replyTo')
})

it('the same press has the same identity, another person’s another', async () => {
  const value = writeButtonId('stop', conversation)
  const first = await pressed(value)
  const again = await pressed(value)
  const other = await pressed(value, {}, { user: { id: ids.bob, name: 'bob', team_id: ids.team } })
  expect(again.event?.id).toBe(first.event?.id)
  expect(other.event?.id).not.toBe(first.event?.id)
})

it('somebody of another company is told apart', async () => {
  const { event } = await pressed(
    writeButtonId('stop', conversation),
    {},
    { user: { id: 'U0FAR00001', name: 'eve', team_id: 'T0OTHER001' } },
  )
  expect(event?.by.foreign).toBe(true)
})

it('values that are not ours, or of elsewhere, are answered in words', async () => {
  const values = [
    '',
    'positive_feedback',
    '{}',
    '[]',
    '["stop"]',
    '["explode","T0TEAM0001","C0CHAN0001",""]',
    '["thumbs","T0TEAM0001","C0CHAN0001",""]',
    '["stop","T0TEAM0001","C0CHAN0001","","more"]',
    '["stop","T0TEAM0001","C0CHAN0001",{"a":1}]',
    writeButtonId('stop', { ...conversation, channel: 'C0OTHER001' }),
    writeButtonId('stop', { ...conversation, workspace: 'T0OTHER001' }),
    `["stop","T0TEAM0001","C0CHAN0001","${'1'.repeat(3000)}"]`,
  ]
  for (const value of values) {
    const { event, acks, whispers } = await pressed(value)
    expect({ value, event, acks: acks.length }).toEqual({ value, event: undefined, acks: 1 })
    expect(whispers.map(({ words }) => words)).toEqual([unknownButtonWords])
  }
})

it('an id comes back as it was written, and fits into Slack’s limit', () => {
  for (const thread of ['', '1795151300.000001', 'reply:1795151300.000001', 'reply:17951.14.5324cc7470']) {
    const value = writeButtonId('down', { ...conversation, thread })
    expect(readButtonId(value)).toEqual({ verb: 'down', ...conversation, thread })
    expect(value.length).toBeLessThan(2000)
  }
  const other = { ...conversation, workspace: 'acme.example', channel: 'C_general' }
  expect(readButtonId(writeButtonId('up', other))).toMatchObject({
    workspace: 'acme.example',
    channel: 'C_general',
  })
  for (const channel of ['', 'C 1', 'C1|x', '<C1>', 'C'.repeat(65)])
    expect(readButtonId(writeButtonId('up', { ...conversation, channel }))).toBeNull()
})
