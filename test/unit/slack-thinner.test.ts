import { afterEach, describe, expect, it } from 'vitest'
import type { Control } from '../../src/ports/platform.ts'
import {
  answer,
  channel,
  type Desk,
  desk,
  dm,
  how,
  inDirect,
  inThread,
  part,
  refused,
  type Script,
  signal,
  writing,
} from './slack-desk.ts'

const ref = { channel, id: answer }
const controls: readonly Control[] = ['regenerate', 'thumbs']
const fine: Script = { body: { ok: true, channel, ts: answer } }

describe('Where a workspace refuses how a message looks', () => {
  let world: Desk
  let passed = 0
  const at = async (scripts: Parameters<typeof desk>[0]) => {
    world = await desk(scripts, { elapsed: () => passed })
    return world
  }
  afterEach(async () => {
    passed = 0
    await world?.close()
  })
  const looks = () =>
    world
      .calls()
      .map(({ args }) => [
        ...(Array.isArray(args.blocks) ? args.blocks.map(({ type }) => type) : []),
        ...['metadata', 'markdown_text', 'text'].filter((name) => name in args),
      ])
  const refusals = (count: number, error = 'invalid_blocks'): Script[] => [
    ...Array<Script>(count).fill(refused(error)),
    fine,
  ]

  it.each([
    [1, ['markdown', 'actions', 'text']],
    [2, ['markdown', 'text']],
    [3, ['markdown_text']],
    [4, ['text']],
    [5, ['text']],
  ])('shows an edit without it after %s refusals, and remembers', async (count, expected) => {
    const { platform } = await at({ 'chat.update': refusals(count) })
    const edited = part('**hi** <@U1>', { controls })
    expect(await platform.edit(inThread, ref, edited, signal)).toEqual({ kind: 'sent', ref })
    expect(looks()).toHaveLength(count + 1)
    expect(await platform.edit(inThread, ref, edited, signal)).toEqual({ kind: 'sent', ref })
    expect(looks().slice(count)).toEqual([expected, expected])
    expect(JSON.stringify(world.calls())).not.toContain('<@U1>')
    expect(world.lines.filter((line) => line.includes('go without'))).toHaveLength(1)
  })

  it('sends no two messages, whatever of one is refused', async () => {
    const { platform } = await at({ 'chat.postMessage': refusals(3, 'invalid_arguments') })
    expect(await platform.send(inThread, part('hi', { controls }), how())).toEqual({ kind: 'sent', ref })
    expect(looks()).toEqual([
      ['markdown', 'actions', 'context_actions', 'metadata', 'text'],
      ['markdown', 'actions', 'metadata', 'text'],
      ['markdown', 'text'],
      ['markdown_text'],
    ])
  })

  it('keeps the buttons where only metadata is refused', async () => {
    const { platform } = await at({ 'chat.postMessage': refusals(1, 'invalid_metadata_format') })
    await platform.send(inThread, part('hi', { controls }), how())
    expect(looks()[1]).toEqual(['markdown', 'actions', 'context_actions', 'text'])
  })

  it('ends a stream without buttons', async () => {
    const { platform } = await at({ 'chat.stopStream': refusals(2) })
    const streamed = { channel: dm, id: answer }
    const begun = await platform.send(inDirect, writing('one'), how({ way: 'stream' }))
    expect(begun).toEqual({ kind: 'sent', ref: streamed })
    const end = part('one two', { controls })
    expect((await platform.edit(inDirect, streamed, end, signal)).kind).toBe('sent')
    expect(world.calls().at(-1)?.args).toEqual({
      channel: dm,
      ts: answer,
      chunks: [{ type: 'markdown_text', text: ' two' }],
    })
  })

  it('tries all of it again after a while', async () => {
    const { platform } = await at({ 'chat.update': refusals(1) })
    await platform.edit(inThread, ref, part('hi', { controls }), signal)
    passed += 3_600_000
    await platform.edit(inThread, ref, part('hi', { controls }), signal)
    expect(looks().at(-1)).toContain('context_actions')
  })

  it('asks nothing again that is refused for another reason', async () => {
    for (const error of ['is_archived', 'not_in_channel', 'msg_too_long', 'something_new', 'token_revoked']) {
      const { platform, calls } = await at({ 'chat.postMessage': refused(error) })
      await platform.send(inThread, part('hi', { controls }), how())
      expect(calls()).toHaveLength(1)
      await world.close()
    }
  })

  it('gives up where the words alone are refused, in Slack’s first words', async () => {
    const { platform } = await at({
      'chat.postMessage': [refused('invalid_blocks'), refused('invalid_arguments')],
    })
    expect(await platform.send(inThread, part('hi', { controls }), how())).toEqual({
      kind: 'forbidden',
      why: 'Slack refused: invalid_blocks',
    })
  })
})

describe('The text beside the blocks', () => {
  let world: Desk
  afterEach(() => world.close())
  const textOf = async (...given: Parameters<typeof part>) => {
    await world?.close()
    world = await desk()
    await world.platform.send(inThread, part(...given), how())
    return String(world.calls()[0]?.args.text)
  }

  it('is the whole of a final part, to its 4,000 characters', async () => {
    const markdown = `# One\n\n${'<@U1> & two '.repeat(200)}`
    const text = await textOf(markdown)
    const all = markdown.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    expect(all.startsWith(text.slice(0, -1))).toBe(true)
    expect(text).toMatch(/;…$|[^;&]…$/)
    expect(text.length).toBeGreaterThan(3_990)
    expect(text.length).toBeLessThanOrEqual(4_000)
    expect(await textOf('# One\n\n<b> two')).toBe('# One\n\n&lt;b&gt; two')
  })

  it('is a line of 300 while it is written', async () => {
    const text = await textOf('word\n'.repeat(400), { state: 'writing' })
    expect(text).toMatch(/^(?:word ){10}/)
    expect(text.length).toBeLessThanOrEqual(300)
    expect(text.endsWith('…')).toBe(true)
  })

  it.each(['x', 'ä', '語', '😀', '&'])('leaves room for the message itself, of %s', async (letter) => {
    const markdown = letter.repeat(9_000 / Buffer.byteLength(letter))
    const text = await textOf(markdown)
    expect(Buffer.byteLength(markdown) + Buffer.byteLength(text)).toBeLessThanOrEqual(10_250)
    expect(text.isWellFormed()).toBe(true)
    expect(text.replaceAll('&amp;', '').includes('&')).toBe(false)
    expect(text.length).toBeGreaterThanOrEqual(290)
  })
})
