import { afterEach, describe, expect, it } from 'vitest'
import type { Part } from '../../src/ports/platform.ts'
import {
  answer,
  type Desk,
  desk,
  dm,
  how,
  inDirect,
  part,
  refused,
  signal,
  team,
  writing,
} from './slack-desk.ts'

const ref = { channel: dm, id: answer }
const over = refused('message_not_in_streaming_state')
const torn = { act: (request: import('node:http').IncomingMessage) => request.socket.destroy() }

describe('Streams on Slack that end before their text', () => {
  let world: Desk
  const at = async (...given: Parameters<typeof desk>) => {
    world = await desk(...given)
    return world
  }
  afterEach(() => world?.close())

  const begin = (given: Part) => world.platform.send(inDirect, given, how({ way: 'stream' }))
  const edit = (given: Part) => world.platform.edit(inDirect, ref, given, signal)
  const spends = (call: 'edit' | 'finish') =>
    world.platform.budget(inDirect, call, ref).map(({ bucket }) => bucket)
  const textsSent = () =>
    world
      .calls()
      .flatMap(({ args }) => (args.chunks ?? []) as { type: string; text?: string }[])
      .flatMap((chunk) => (chunk.type === 'markdown_text' ? (chunk.text ?? '') : []))

  it('goes by edits once Slack has ended the stream', async () => {
    const { methods } = await at({ 'chat.appendStream': over })
    await begin(writing('one'))
    expect(await edit(writing('one two'))).toEqual({ kind: 'other_way' })
    expect(spends('edit')).toEqual([`slack:${team}:chat.update`])
    expect(await edit(writing('one two'))).toEqual({ kind: 'sent', ref })
    expect(methods()).toEqual(['chat.startStream', 'chat.appendStream', 'chat.update'])
  })

  it('goes by edits when the stream had ended before its last words', async () => {
    const { methods } = await at({ 'chat.stopStream': over })
    await begin(writing('one'))
    expect(await edit(part('one two'))).toEqual({ kind: 'other_way' })
    expect(await edit(part('one two'))).toEqual({ kind: 'sent', ref })
    expect(methods().at(-1)).toBe('chat.update')
  })

  it('stops the stream where the text changed, and then edits', async () => {
    const { methods } = await at()
    await begin(writing('one'))
    expect(await edit(writing('other'))).toEqual({ kind: 'other_way' })
    expect(await edit(writing('other'))).toEqual({ kind: 'sent', ref })
    expect(methods()).toEqual(['chat.startStream', 'chat.stopStream', 'chat.update'])
  })

  it('never appends twice: where a reply was lost it stops, and says the whole text by an edit', async () => {
    const { methods } = await at({ 'chat.appendStream': torn })
    await begin(writing('one'))
    expect(await edit(writing('one two'))).toMatchObject({ kind: 'unknown' })
    expect(spends('edit')).toEqual([`slack:${team}:chat.stopStream`])
    expect(await edit(writing('one two'))).toEqual({ kind: 'other_way' })
    expect(await edit(writing('one two'))).toEqual({ kind: 'sent', ref })
    expect(methods()).toEqual(['chat.startStream', 'chat.appendStream', 'chat.stopStream', 'chat.update'])
  })

  it('stops a stream left over from before a restart, once', async () => {
    const { methods } = await at({
      'chat.update': [refused('streaming_state_conflict'), { body: { ok: true } }],
    })
    expect(await edit(part('whole'))).toEqual({ kind: 'other_way' })
    expect(spends('finish')).toEqual([`slack:${team}:chat.stopStream`])
    expect(await edit(part('whole'))).toEqual({ kind: 'other_way' })
    expect(await edit(part('whole'))).toEqual({ kind: 'sent', ref })
    expect(methods()).toEqual(['chat.update', 'chat.stopStream', 'chat.update'])
  })

  it('waits before it stops again what Slack won’t have edited: that may pass', async () => {
    const { methods } = await at({ 'chat.update': refused('streaming_state_conflict') })
    expect(await edit(part('whole'))).toEqual({ kind: 'other_way' })
    expect(await edit(part('whole'))).toEqual({ kind: 'other_way' })
    expect(await edit(part('whole'))).toMatchObject({ kind: 'not_sent' })
    expect(methods()).toEqual(['chat.update', 'chat.stopStream', 'chat.update'])
    expect(await edit(part('whole'))).toEqual({ kind: 'other_way' })
  })

  it.each(['unknown_method', 'channel_type_not_supported'])(
    'posts and edits where Slack takes no streams: %s',
    async (error) => {
      const { platform, methods } = await at({ 'chat.startStream': refused(error) })
      expect(await begin(writing('one'))).toMatchObject({ kind: 'not_sent' })
      expect(platform.ways(inDirect)).toEqual(['edit'])
      expect(platform.budget(inDirect, 'stream').at(-1)?.bucket).toBe(`slack:${team}:chat.postMessage`)
      expect(await begin(writing('one'))).toMatchObject({ kind: 'sent' })
      expect(await edit(part('one two'))).toMatchObject({ kind: 'sent' })
      expect(methods()).toEqual(['chat.startStream', 'chat.postMessage', 'chat.update'])
    },
  )

  it.each(['thread_not_found', 'is_archived', 'not_in_channel', 'ratelimited', 'fatal_error'])(
    'does not blame the stream for %s',
    async (error) => {
      const { platform } = await at({ 'chat.startStream': refused(error) })
      expect((await begin(writing('one'))).kind).not.toBe('not_sent')
      expect(platform.ways(inDirect)).toEqual(['stream', 'edit'])
    },
  )

  it('reports what no longer fits, and keeps the stream', async () => {
    const { methods } = await at({ 'chat.appendStream': refused('msg_too_long') })
    const long = 'x'.repeat(5_999)
    await begin(writing(long))
    expect(await edit(writing(`${long} two`))).toEqual({ kind: 'too_long' })
    expect(await edit(part(long))).toEqual({ kind: 'sent', ref })
    expect(methods()).toEqual(['chat.startStream', 'chat.appendStream', 'chat.stopStream'])
  })

  it.each([
    ['what is short, as too long', 'msg_too_long'],
    ['what is added', 'invalid_arguments'],
    ['to add anything', 'unknown_method'],
  ])('edits where Slack refuses %s, and streams no more there', async (_, error) => {
    const { platform, methods } = await at({ 'chat.appendStream': refused(error) })
    await begin(writing('one'))
    for (let tries = 0; tries < 2; tries++)
      expect(await edit(writing('one two'))).toEqual({ kind: 'other_way' })
    expect(await edit(writing('one two'))).toEqual({ kind: 'sent', ref })
    expect(methods().slice(1)).toEqual(['chat.appendStream', 'chat.stopStream', 'chat.update'])
    expect(platform.ways(inDirect)).toEqual(['edit'])
  })

  it('keeps its text when it has to wait', async () => {
    await at({
      'chat.appendStream': [{ status: 429, headers: { 'retry-after': '3' } }, { body: { ok: true } }],
    })
    await begin(writing('one'))
    expect(await edit(writing('one two'))).toMatchObject({ kind: 'limited', retryAfterMs: 3_000 })
    await edit(writing('one two three'))
    expect(textsSent()).toEqual(['one', ' two', ' two three'])
  })
})
