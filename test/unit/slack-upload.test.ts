import { afterEach, describe, expect, it } from 'vitest'
import {
  answer,
  channel,
  type Desk,
  desk,
  how,
  inThread,
  part,
  refused,
  root,
  type Script,
  signal,
  team,
} from './slack-desk.ts'

const ref = { channel, id: answer }
const file = { kind: 'text' as const, name: 'answer.md', text: 'naïve' }
const put = 'files.getUploadURLExternal'
const complete = 'files.completeUploadExternal'
const torn: Script = { act: (request) => request.socket.destroy() }
const fine: Script = { body: { ok: true } }

describe('A file with an answer on Slack', () => {
  let world: Desk
  const at = async (scripts: Parameters<typeof desk>[0] = {}) => {
    world = await desk({ '/upload/1': { body: 'OK' }, ...scripts })
    world.script(put, { body: { ok: true, file_id: 'F1', upload_url: `${world.origin}/upload/1` } })
    return world
  }
  afterEach(() => world?.close())
  const edit = () => world.platform.edit(inThread, ref, part('see the file', { file }), signal)

  it('is put into the same thread, before the text', async () => {
    const { platform, calls, received } = await at()
    expect(await platform.send(inThread, part('see the file', { file }), how())).toEqual({
      kind: 'sent',
      ref,
    })
    expect(calls()).toMatchObject([
      { method: put, args: { filename: 'answer.md', length: '6' } },
      { method: '/upload/1' },
      {
        method: complete,
        args: { files: [{ id: 'F1', title: 'answer.md' }], channel_id: channel, thread_ts: root },
      },
      { method: 'chat.postMessage' },
    ])
    expect(received[1]?.raw).toBe('naïve')
    expect(received[1]?.headers.authorization).toBeUndefined()
  })

  it('spends what the pacer knows of', async () => {
    const { platform, announced } = await at()
    await platform.send(inThread, part('see the file', { file }), how())
    expect(announced).toEqual([`slack:${team}:${put}`, `slack:${team}:${complete}`])
  })

  it('is shared once, however often the edit is repeated', async () => {
    const { methods } = await at({ 'chat.update': [{ status: 429 }, fine] })
    expect(await edit()).toMatchObject({ kind: 'limited' })
    expect(await edit()).toMatchObject({ kind: 'sent' })
    expect(await edit()).toMatchObject({ kind: 'sent' })
    expect(methods().filter((method) => method === complete)).toHaveLength(1)
  })

  it.each<[string, Script]>([
    ['shares it', fine],
    ['says that it was shared', refused('file_already_shared')],
  ])('is not put there again when the reply was lost and Slack then %s', async (_, second) => {
    const { methods } = await at({ [complete]: [torn, second] })
    expect(await edit()).toMatchObject({ kind: 'not_sent' })
    expect(await edit()).toMatchObject({ kind: 'sent' })
    expect(methods().filter((method) => method === put)).toHaveLength(1)
  })

  it.each<[string, Parameters<typeof desk>[0], object]>([
    ['Parley is not there', { [complete]: refused('not_in_channel') }, { kind: 'forbidden' }],
    ['Slack has no room now', { [complete]: { status: 429 } }, { kind: 'limited' }],
    ['its bytes are not taken', { '/upload/1': { status: 500 } }, { kind: 'not_sent' }],
    ['its bytes get no answer', { '/upload/1': torn }, { kind: 'not_sent' }],
  ])('holds the text back where %s', async (_, scripts, outcome) => {
    const { methods } = await at(scripts)
    expect(await edit()).toMatchObject(outcome)
    expect(methods()).not.toContain('chat.update')
  })

  it.each<[string, string, Script, string]>([
    ['switched off', put, refused('file_uploads_disabled'), 'file_uploads_disabled'],
    ['not granted', put, refused('missing_scope', { needed: 'files:write' }), 'the scope files:write'],
    ['not shared', complete, refused('missing_scope', { needed: 'files:write' }), 'the scope files:write'],
  ])('is not asked for again for an hour where files are %s, and the log says why', async (...row) => {
    const [, method, script, why] = row
    let elapsed = 0
    world = await desk({ '/upload/1': { body: 'OK' }, [method]: script }, { elapsed: () => elapsed })
    const { platform, methods, lines } = world
    if (method !== put)
      world.script(put, { body: { ok: true, file_id: 'F1', upload_url: `${world.origin}/upload/1` } })
    expect(platform.takesFiles(inThread)).toBe(true)
    expect(await edit()).toMatchObject({ kind: 'no_file' })
    expect(platform.takesFiles(inThread)).toBe(false)
    const made = methods().length
    expect(await edit()).toMatchObject({ kind: 'no_file' })
    expect(await platform.send(inThread, part('see the file', { file }), how())).toMatchObject({
      kind: 'no_file',
    })
    expect(methods()).toHaveLength(made)
    expect(lines.filter((line) => line.includes(why))).toHaveLength(1)
    elapsed += 3_600_000
    expect(platform.takesFiles(inThread)).toBe(true)
  })

  it('is sent nowhere but to Slack', async () => {
    const { methods } = await at()
    world.script(put, { body: { ok: true, file_id: 'F1', upload_url: 'https://evil.example/upload' } })
    expect(await edit()).toMatchObject({ kind: 'not_sent' })
    expect(methods()).toEqual([put])
  })
})
