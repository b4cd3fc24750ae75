import { expect, it } from 'vitest'
import { componentsOf } from '../../adapters/discord/components.ts'
import { readButtonId, writeButtonId } from '../../adapters/discord/interactions/custom-id.ts'
import { readVia } from '../../adapters/discord/via.ts'
import { ids, interactionsWorld, press, token } from './discord-interactions-world.ts'

const at = { platform: 'discord', workspace: ids.guild, channel: ids.channel }
const inThread = { ...at, thread: ids.thread }
const acknowledged = { type: 6 }

it('a button carries all it needs in at most 100 characters', () => {
  const longest = '18446744073709551615'
  for (const thread of ['', longest, `reply:${longest}`]) {
    for (const verb of ['stop', 'regenerate', 'retry', 'up', 'down', 'read_aloud', 'correct'] as const) {
      const id = writeButtonId(verb, { ...at, channel: longest, thread })
      expect(id.length).toBeLessThanOrEqual(100)
      expect(readButtonId(id)).toEqual({ verb, channel: longest, thread })
    }
  }
})

it('what is not the id of a button is none', () => {
  for (const id of ['', 'stop', 'parley.stop', 'parley.launch.1.2', 'parley.stop.x.2', 'parley.stop.1.2.3'])
    expect(readButtonId(id)).toBeNull()
})

it('Stop, Regenerate and Try again reach the engine with the conversation of the answer, and are acknowledged', async () => {
  const world = interactionsWorld()
  world.replies = async () => {
    expect(world.heard).toHaveLength(world.calls.length)
    return { kind: 'done', body: {} }
  }
  for (const verb of ['stop', 'regenerate', 'retry'] as const)
    await world.hear(press(writeButtonId(verb, inThread), { in: 'thread' }))
  const answer = { channel: ids.thread, id: ids.answer }
  const place = { conversation: inThread, root: null, direct: false, via: expect.any(String) }
  expect(world.heard).toEqual([
    expect.objectContaining({ kind: 'stop', id: 'interaction:600000000000000001', answer, place }),
    expect.objectContaining({ kind: 'regenerate', answer, place }),
    expect.objectContaining({ kind: 'regenerate', answer, place }),
  ])
  expect(world.answers()).toEqual([acknowledged, acknowledged, acknowledged])
})

it('a thumb is heard, and the person sees that it was', async () => {
  const world = interactionsWorld()
  await world.hear(press(writeButtonId('up', inThread), { in: 'thread' }))
  await world.hear(press(writeButtonId('down', inThread), { in: 'thread' }))
  expect(world.heard).toMatchObject([
    { kind: 'feedback', thumb: 'up' },
    { kind: 'feedback', thumb: 'down' },
  ])
  for (const answer of world.answers())
    expect(answer).toMatchObject({ type: 4, data: { content: expect.stringContaining('Thanks'), flags: 68 } })
})

it('they work after a restart', async () => {
  const world = interactionsWorld()
  world.restart()
  await world.hear(press(writeButtonId('regenerate', inThread), { in: 'thread' }))
  expect(world.heard).toHaveLength(1)
})

it('an answer that stands where its thread is not is answered where it stands', async () => {
  const world = interactionsWorld()
  const reference = { message_reference: { message_id: '500000000000000009', channel_id: ids.channel } }
  // The thread could not be opened; a reply chain; a command's reply, which replies to no message.
  await world.hear(press(writeButtonId('regenerate', inThread), {}, reference))
  await world.hear(press(writeButtonId('regenerate', { ...at, thread: 'reply:5' }), {}, reference))
  await world.hear(press(writeButtonId('regenerate', { ...at, thread: 'reply:6' })))
  await world.hear(press(writeButtonId('regenerate', inThread)))
  await world.hear(press(writeButtonId('regenerate', { ...at, thread: '' }), {}, reference))
  expect(world.heard.map(({ place }) => place.replyTo)).toEqual([
    { channel: ids.channel, id: '500000000000000009' },
    { channel: ids.channel, id: '500000000000000009' },
    undefined,
    { channel: ids.channel, id: ids.answer },
    undefined,
  ])
})

it('only those who manage messages are moderators, and the interaction is a way to answer the presser', async () => {
  const world = interactionsWorld()
  await world.hear(press(writeButtonId('stop', inThread), { in: 'thread', moderator: true }))
  await world.hear(press(writeButtonId('stop', inThread), { in: 'thread' }, { flags: 64 }))
  expect(world.heard.map(({ by }) => by.moderator)).toEqual([true, false])
  expect(world.heard.map(({ place }) => readVia(place))).toMatchObject([
    { kind: 'component', token, private: false },
    { kind: 'component', token, private: true },
  ])
})

it('an unknown button is answered in words, for the presser alone', async () => {
  const world = interactionsWorld()
  await world.hear(press('something-else'))
  await world.hear(press(writeButtonId('thumbs', inThread)))
  expect(world.heard).toEqual([])
  for (const answer of world.answers()) expect(answer).toMatchObject({ type: 4, data: { flags: 68 } })
  expect(world.answers()).toHaveLength(2)
})

it('when too much is waiting the presser is told, also after a slow admission', async () => {
  const world = interactionsWorld()
  world.admits = async () => {
    await world.clock.sleep(world.calls.length === 0 ? 0 : 2_000)
    return 'full'
  }
  await world.hear(press(writeButtonId('regenerate', inThread), { in: 'thread' }))
  await world.hear(press(writeButtonId('regenerate', inThread), { in: 'thread', id: '600000000000000002' }))
  expect(world.answers()).toMatchObject([{ type: 4, data: { flags: 68 } }, acknowledged])
  expect(world.calls[2]?.request).toMatchObject({
    method: 'POST',
    route: `/webhooks/${ids.application}/${token}`,
    query: { wait: 'true' },
    body: { flags: 68, allowed_mentions: { parse: [] } },
  })
})

it('Read aloud reaches the engine, and is no wish of a reaction', async () => {
  const world = interactionsWorld()
  await world.hear(press(writeButtonId('read_aloud', inThread), { in: 'thread' }))
  const answer = { channel: ids.thread, id: ids.answer }
  const place = { conversation: inThread, root: null, direct: false, via: expect.any(String) }
  expect(world.heard).toEqual([expect.objectContaining({ kind: 'read_aloud', answer, place })])
  expect(world.heard[0]).not.toHaveProperty('quiet')
  expect(world.answers()).toEqual([acknowledged])
})

it('they stand in rows of five at most', () => {
  const controls = ['stop', 'regenerate', 'retry', 'thumbs', 'read_aloud', 'correct'] as const
  const rows = componentsOf(controls, inThread)
  expect(rows.map(({ components }) => components.length)).toEqual([5, 2])
  expect(rows[1]?.components).toMatchObject([
    { label: 'Read aloud', emoji: { name: '🔊' } },
    { label: 'Correct transcript' },
  ])
  expect(componentsOf([], inThread)).toEqual([])
})
