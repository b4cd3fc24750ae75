import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Fault, limited } from '../fakes/slack/faults.ts'
import { shownLength } from './shown-text.ts'
import { type ShownWorld, shownWorld } from './slack-shown-world.ts'

const TEXT = Array.from({ length: 120 }, (_, index) => `word${index}`).join(' ')

/** From Slack's own streams to edits to one post of the whole: the next way each time, never silent, never double. */
describe('where Slack refuses a step of a stream', () => {
  let world: ShownWorld
  beforeEach(async () => {
    world = await shownWorld()
  })
  afterEach(() => world.close())

  const busy: Fault = { status: 503, body: 'busy' }
  it.each<[string, string, Fault, number]>([
    ['its beginning, for a scope is missing', 'chat.startStream', { error: 'missing_scope' }, 99],
    ['its beginning, for it is not allowed', 'chat.startStream', { error: 'not_allowed' }, 99],
    ['its beginning, for there were too many', 'chat.startStream', limited(1), 1],
    ['its beginning, for it is busy', 'chat.startStream', busy, 2],
    ['its beginning, without an answer', 'chat.startStream', 'lose the reply', 1],
    ['what is added, for it is over', 'chat.appendStream', { error: 'message_not_in_streaming_state' }, 99],
    ['what is added, for it is too long', 'chat.appendStream', { error: 'msg_too_long' }, 1],
    ['what is added, for there was too much', 'chat.appendStream', limited(1), 2],
    ['what is added, for it is busy', 'chat.appendStream', busy, 2],
    ['what is added, for it does not like it', 'chat.appendStream', { error: 'invalid_arguments' }, 99],
    ['what is added, always as too long', 'chat.appendStream', { error: 'msg_too_long' }, 99],
    ['its end, for it does not like the thumbs', 'chat.stopStream', { error: 'invalid_blocks' }, 1],
    ['its end, for it does not like the buttons', 'chat.stopStream', { error: 'invalid_blocks' }, 2],
    ['its end, for it does not like it at all', 'chat.stopStream', { error: 'invalid_blocks' }, 99],
    ['its end, for it is over', 'chat.stopStream', { error: 'message_not_in_streaming_state' }, 1],
    ['its end, for there were too many', 'chat.stopStream', limited(1), 2],
    ['its end, for it is busy', 'chat.stopStream', busy, 2],
    ['its end, without an answer', 'chat.stopStream', 'lose the reply', 1],
  ])('%s', async (_, method, fault, times) => {
    world.trouble({ [method]: Array<Fault>(times).fill(fault) })
    const { delivered, messages } = await world.show({ text: TEXT, in: 'dm', length: 60, everyMs: 400 })
    expect(delivered.kind).toBe('shown')
    const texts = messages.map(({ text }) => text)
    expect(shownLength(texts, TEXT), texts.join('\n')).toBe(TEXT.length)
    expect(messages.filter(({ isStreaming, grew }) => isStreaming || !grew)).toEqual([])
    expect(world.slack.ledger.calls.filter((call) => call.method === method && call.fault)).not.toEqual([])
  })

  it.each(['cant_update_message', 'edit_window_closed', 'unknown_method'])(
    'and every edit after it as %s, the rest is posted once',
    async (error) => {
      world.trouble({
        'chat.appendStream': [null, { error: 'message_not_in_streaming_state' }],
        'chat.update': Array<Fault>(99).fill({ error }),
      })
      const { delivered, messages } = await world.show({ text: TEXT, in: 'dm', length: 60, everyMs: 400 })
      expect(delivered.kind).toBe('shown')
      const note = '*The message above can’t be changed any more. The answer goes on here.*\n\n'
      const [first, second, ...more] = messages.map(({ text }) => text)
      expect(more).toEqual([])
      expect(second?.startsWith(note)).toBe(true)
      const all = `${first}${second?.slice(note.length)}`
      expect(all.replaceAll(' ', '')).toBe(TEXT.replaceAll(' ', ''))
    },
  )

  it('for good, it is not asked again at every message', async () => {
    world.trouble({ 'chat.startStream': Array<Fault>(99).fill({ error: 'not_allowed' }) })
    const place = { text: TEXT.repeat(20), in: 'dm', length: 900, everyMs: 100 } as const
    const { messages } = await world.show(place)
    expect(messages.length).toBeGreaterThan(1)
    const methods = world.slack.ledger.calls.map(({ method }) => method)
    expect(methods.filter((method) => method === 'chat.startStream')).toHaveLength(1)
    expect(methods).toContain('chat.update')
  })
})
