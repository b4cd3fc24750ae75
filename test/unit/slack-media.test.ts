import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyv } from 'keyv'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { MediaFile } from '../../src/ports/platform.ts'
import { outgoing } from '../contract/slack-world.ts'
import type { FakeMessage } from '../fakes/slack/handles.ts'
import type { FakeChannel } from '../fakes/slack/places.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'
import { how, part, signal, withVia } from './slack-desk.ts'

const put = 'files.getUploadURLExternal'
const complete = 'files.completeUploadExternal'

const sound: MediaFile = {
  kind: 'sound',
  id: 'spoken-1',
  name: 'answer.mp3',
  type: 'audio/mpeg',
  size: 5,
  body: new Blob(['sound']),
  description: 'Low tide is at noon.',
  seconds: 3,
}
const picture: MediaFile = {
  kind: 'picture',
  id: 'painted-1',
  name: 'picture.png',
  type: 'image/png',
  size: 7,
  body: new Blob(['picture']),
  description: 'A harbour at low tide',
}

describe('A sound or a picture on Slack', () => {
  let slack: SlackFake
  let channel: FakeChannel
  let question: FakeMessage
  let place: Place
  let store: Keyv
  beforeEach(async () => {
    slack = await startSlackFake({ limits: 'none' })
    channel = slack.team.channel()
    question = slack.team.person({ name: 'Ada' }).says(channel, 'How?')
    place = {
      conversation: { platform: 'slack', workspace: slack.team.id, channel: channel.id, thread: question.ts },
      root: null,
      direct: false,
    }
    store = new Keyv()
  })
  afterEach(() => slack.close())

  /** As after a start: what is kept is in the store. */
  function started(clock = systemClock()) {
    const { platform, end } = outgoing(slack, clock, store)
    onTestFinished(end)
    return platform
  }
  const send = (file: MediaFile, nonce = 'n1', platform = started()) =>
    platform.send(place, part('', { file }), how({ nonce }))
  const inThread = () => slack.visible(question).slice(1)
  const refOf = (outcome: Outcome): MessageRef => {
    if (outcome.kind !== 'sent') throw new Error(outcome.kind)
    return outcome.ref
  }
  const made = () => slack.ledger.calls.map(({ method }) => method)

  it('is a message of its own in the thread of its answer, with its name and bytes', async () => {
    const { id } = refOf(await send(sound))
    expect(inThread()).toMatchObject([
      { text: '', thread: question.ts, files: [{ name: 'answer.mp3', title: 'answer.mp3', alt: null }] },
    ])
    const [upload] = slack.ledger.uploads
    expect(Buffer.from(upload!.content).toString()).toBe('sound')
    expect(id).toBe(`file:${upload?.file}`)
    expect(slack.visible(channel)).toHaveLength(1)
  })

  it('says what it shows to those who can’t see it, as far as Slack takes it', async () => {
    await send({ ...picture, description: 'x'.repeat(3_000) })
    await send(sound, 'n2')
    expect(inThread().map(({ files }) => files[0]?.alt?.length)).toEqual([1_000, undefined])
    expect(slack.ledger.refused()).toEqual([])
  })

  it('is read from disk while it is sent, with its length', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-slack-media-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'long.mp3')
    const bytes = Buffer.alloc(3_000_000, 'tide')
    await writeFile(path, bytes)
    await send({ ...sound, size: bytes.length, body: await openAsBlob(path) })
    expect(Buffer.compare(slack.ledger.uploads[0]!.content, bytes)).toBe(0)
  })

  it.each([put, 'upload', complete])('is there once where the reply of %s is lost', async (method) => {
    slack.faults.next({ method }, 'lose the reply')
    const platform = started()
    expect(await send(sound, 'n1', platform)).toMatchObject({ kind: 'not_sent' })
    expect(await send(sound, 'n1', platform)).toMatchObject({ kind: 'sent' })
    expect(await send(sound, 'n1', platform)).toMatchObject({ kind: 'sent' })
    expect(inThread()).toHaveLength(1)
  })

  it.each([put, 'upload', complete])('is there once where Parley starts anew after %s', async (method) => {
    slack.faults.next({ method }, 'lose the reply')
    expect(await send(sound)).toMatchObject({ kind: 'not_sent' })
    const sent = { nonce: 'n1', index: 1 }
    const found = await started().find(sent, place, signal)
    expect(found !== null).toBe(method === complete)
    const ref = refOf(await send({ ...sound, id: 'spoken-again' }))
    if (found !== null) expect(found).toEqual(ref)
    expect(await started().find(sent, place, signal)).toEqual(ref)
    expect(inThread()).toHaveLength(1)
  })

  it('is not taken for sent where Slack certainly did not share it', async () => {
    const platform = started()
    slack.faults.next({ method: complete }, { status: 429, headers: { 'retry-after': '1' } })
    expect(await send(sound, 'n1', platform)).toMatchObject({ kind: 'limited' })
    expect(await platform.find({ nonce: 'n1', index: 1 }, place, signal)).toBeNull()
    // Nobody has to be asked what is certain.
    expect(made()).not.toContain('files.info')
    slack.team.withhold('files:write')
    expect(await send(sound, 'n1', platform)).toMatchObject({ kind: 'no_file' })
    slack.team.grant('files:write')
    expect(inThread()).toEqual([])
  })

  it('does not say what is not known: whether it is there', async () => {
    slack.faults.next({ method: complete }, 'lose the reply')
    await send(sound)
    slack.faults.next({ method: 'files.info' }, { status: 503 }, 2)
    const platform = started()
    await expect(platform.find({ nonce: 'n1', index: 1 }, place, signal)).rejects.toThrow('did not say')
    expect(await send(sound, 'n1', platform)).toMatchObject({ kind: 'not_sent' })
    expect(made().filter((method) => method === complete)).toHaveLength(1)
  })

  it('is removed with its message, stays as it is otherwise, and spends what the pacer knows of', async () => {
    const platform = started()
    const ref = refOf(await send(picture, 'n1', platform))
    expect(await platform.edit(place, ref, part('', { file: sound }), signal)).toEqual({ kind: 'fixed' })
    expect(platform.budget(place, 'edit', ref)).toEqual([])
    expect(platform.budget(place, 'remove', ref)[0]?.bucket).toContain('files.delete')
    expect(inThread()).toHaveLength(1)
    expect(await platform.remove(place, ref, signal)).toMatchObject({ kind: 'sent' })
    expect(inThread()).toEqual([])
    expect(await platform.remove(place, ref, signal)).toEqual({ kind: 'gone' })
  })

  it('is not sent, and the scope that is missing named, for an hour', async () => {
    slack.team.withhold('files:write')
    let elapsed = 0
    const platform = started({ ...systemClock(), elapsed: () => elapsed })
    const refused = { kind: 'no_file', why: expect.stringContaining('the scope files:write') }
    expect(await send(sound, 'n1', platform)).toMatchObject(refused)
    expect(await send(picture, 'n2', platform)).toMatchObject(refused)
    expect(platform.takesFiles(place)).toBe(false)
    expect(made()).toEqual([put])
    slack.team.grant('files:write')
    elapsed += 3_600_000
    expect(await send(sound, 'n1', platform)).toMatchObject({ kind: 'sent' })
  })

  it('may be too large or of a kind that is not taken, while others are', async () => {
    const platform = started()
    slack.faults.next({ method: put }, { error: 'file_upload_size_restricted' })
    expect(await send(sound, 'n1', platform)).toMatchObject({ kind: 'no_file' })
    expect(platform.takesFiles(place)).toBe(true)
    expect(await send(picture, 'n2', platform)).toMatchObject({ kind: 'sent' })
  })

  it('is nothing where it is empty, which says nothing of others', async () => {
    const platform = started()
    expect(await send({ ...sound, body: new Blob([]) }, 'n1', platform)).toMatchObject({ kind: 'no_file' })
    expect(await send(picture, 'n2', platform)).toMatchObject({ kind: 'sent' })
  })

  it('is offered below the words it may be made of', async () => {
    const controls = ['regenerate', 'retry', 'read_aloud', 'correct', 'thumbs'] as const
    await started().send(place, part('Low tide is at noon.', { controls }), how())
    const [answer] = inThread()
    expect(answer?.buttons.map(({ text }) => text)).toEqual([
      'Regenerate',
      'Try again',
      '🔊 Read aloud',
      'Correct transcript',
    ])
    expect(answer?.feedback).toBe(true)
    expect(slack.ledger.refused()).toEqual([])
  })

  it('is for nobody alone, and goes nowhere by a response URL', async () => {
    const platform = started()
    const via = { responseUrl: `${slack.origin}/response/1`, user: 'U1' }
    const alone = await platform.send(
      withVia(place, { ...via, private: true }),
      part('', { file: sound }),
      how(),
    )
    expect(alone).toMatchObject({ kind: 'no_file', why: expect.stringContaining('everybody') })
    expect(made()).toEqual([])
    expect(platform.takesSounds(place)).toBe(true)
    channel.kick()
    const outside = withVia(place, via)
    const text = await platform.send(outside, part('hello'), how())
    expect(text).toMatchObject({ kind: 'not_sent' })
    expect(platform.takesSounds(place)).toBe(false)
    expect(await platform.send(outside, part('', { file: sound }), how())).toMatchObject({
      kind: 'no_file',
      why: expect.stringContaining('/invite'),
    })
    expect(inThread()).toEqual([])
  })

  it('leaves the words to others where Parley is no member', async () => {
    channel.kick()
    expect(await send(sound)).toMatchObject({ kind: 'no_file', why: expect.stringContaining('/invite') })
  })

  it('heeds a Stop', async () => {
    slack.faults.next({ method: 'upload' }, 'hang')
    const stop = new AbortController()
    const sending = started().send(place, part('', { file: sound }), how({ signal: stop.signal }))
    await slack.until(() => made().includes(put))
    stop.abort(new Error('stopped'))
    expect(await sending).toMatchObject({ kind: 'not_sent' })
    expect(inThread()).toEqual([])
  })
})
