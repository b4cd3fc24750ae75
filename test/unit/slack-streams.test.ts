import { afterEach, describe, expect, it } from 'vitest'
import type { Part } from '../../src/ports/platform.ts'
import {
  answer,
  type Desk,
  desk,
  dm,
  how,
  inDirect,
  inThread,
  part,
  root,
  signal,
  team,
  withVia,
  writing,
} from './slack-desk.ts'

const ref = { channel: dm, id: answer }

describe('Streaming to Slack', () => {
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

  it('begins a message, appends what is new of what stays, and ends it with the rest and the buttons', async () => {
    const { platform, calls } = await at()
    expect(platform.budget(inDirect, 'finish').map(({ bucket }) => bucket)).toEqual([
      `slack:${team}:chat.stopStream`,
    ])
    expect(await begin(writing('Some `co`', { stays: 'Some `co' }))).toEqual({ kind: 'sent', ref })
    expect(spends('edit')).toEqual([`slack:${team}:chat.appendStream`])
    expect(spends('finish')).toEqual([`slack:${team}:chat.stopStream`])
    expect(await edit(writing('Some `code` and', { stays: 'Some `code` and' }))).toEqual({
      kind: 'sent',
      ref,
    })
    expect(await edit(part('Some `code` and more', { controls: ['regenerate'] }))).toEqual({
      kind: 'sent',
      ref,
    })
    expect(calls()).toMatchObject([
      {
        method: 'chat.startStream',
        args: { channel: dm, thread_ts: root, chunks: [{ type: 'markdown_text', text: 'Some `co' }] },
      },
      {
        method: 'chat.appendStream',
        args: { channel: dm, ts: answer, chunks: [{ type: 'markdown_text', text: 'de` and' }] },
      },
      {
        method: 'chat.stopStream',
        args: {
          channel: dm,
          ts: answer,
          chunks: [{ type: 'markdown_text', text: ' more' }],
          blocks: [{ type: 'actions' }],
        },
      },
    ])
    // From then on it is a message like any other.
    expect(spends('edit')).toEqual([`slack:${team}:chat.update`])
    await platform.edit(inDirect, ref, part('again'), signal)
    expect(world.methods().at(-1)).toBe('chat.update')
  })

  it('names the person it is for where others are', async () => {
    const { platform, calls } = await at({}, { streaming: () => 'native' })
    await platform.send(withVia(inThread, { userTeam: 'T9' }), writing('x'), how({ way: 'stream' }))
    expect(calls()[0]?.args).toMatchObject({ recipient_user_id: 'U1', recipient_team_id: 'T9' })
  })

  it('makes no call where nothing is new', async () => {
    const { methods } = await at()
    await begin(writing('one'))
    expect(await edit(writing('one'))).toEqual({ kind: 'sent', ref })
    expect(methods()).toEqual(['chat.startStream'])
  })

  it('ends a message with nothing more to say without an empty chunk', async () => {
    const { calls } = await at()
    await begin(writing('one'))
    await edit(part('one'))
    expect(calls()[1]).toEqual({ method: 'chat.stopStream', args: { channel: dm, ts: answer } })
  })

  it('mentions nobody, also across calls', async () => {
    await at()
    const text = '<!channel> <@U1> <'
    await begin(writing('<'))
    for (let end = 2; end <= text.length; end++) await edit(writing(text.slice(0, end)))
    await edit(part(text))
    const sent = textsSent().join('')
    expect(sent).not.toMatch(/<[!@]/)
    expect(sent.replaceAll('\u200B', '')).toBe(text)
  })

  it('shows what is being done as tasks of the stream, and as the thread’s status before it', async () => {
    const { platform, calls } = await at()
    const searching = { kind: 'status', text: 'Searching the web' } as const
    expect(await platform.show(inDirect, searching, signal)).toEqual({ kind: 'done' })
    await begin(writing('one'))
    await platform.show(inDirect, searching, signal)
    await platform.show(inDirect, searching, signal)
    await platform.show(inDirect, { kind: 'status', text: 'Reading' }, signal)
    expect(platform.budget(inDirect, 'clear').map(({ bucket }) => bucket)).toEqual([
      `slack:${team}:chat.appendStream`,
    ])
    await edit(writing('one two'))
    await edit(part('one two'))
    const [status, start, first, second, append, stop] = calls()
    expect(status).toMatchObject({
      method: 'assistant.threads.setStatus',
      args: { status: 'Searching the web' },
    })
    expect(start?.method).toBe('chat.startStream')
    expect(platform.budget(inDirect, 'clear')).toEqual([])
    expect(first?.args.chunks).toMatchObject([
      { type: 'task_update', title: 'Searching the web', status: 'in_progress' },
    ])
    expect(second?.args.chunks).toMatchObject([
      { title: 'Searching the web', status: 'complete' },
      { title: 'Reading', status: 'in_progress' },
    ])
    expect(append?.args.chunks).toMatchObject([
      { title: 'Reading', status: 'complete' },
      { type: 'markdown_text', text: ' two' },
    ])
    expect(stop).toEqual({ method: 'chat.stopStream', args: { channel: dm, ts: answer } })
  })
})
