import Keyv from 'keyv'
import pino from 'pino'
import { beforeEach, describe, expect, it } from 'vitest'
import { createAnswerFiles } from '../../adapters/slack/answer-files.ts'
import type { Reply, WireRequest } from '../../adapters/slack/wire.ts'
import type { Place } from '../../src/ports/event.ts'

const place: Place = {
  conversation: { platform: 'slack', workspace: 'T1', channel: 'C1', thread: '1.1' },
  root: null,
  direct: false,
}
const at = { channel: 'C1', id: '2.2' }
const { signal } = new AbortController()

let store: Keyv
let asked: WireRequest[]
let replies: Reply<unknown>[]
let lines: string[]
let paced: string[]

/** As after a start. */
const opened = () =>
  createAnswerFiles({
    wire: {
      async call<T>(request: WireRequest) {
        asked.push(request)
        return (replies.shift() ?? { kind: 'done', body: {}, scopes: [] }) as Reply<T>
      },
    },
    intake: () => ({
      paced: async (budgets, call) => {
        paced.push(...budgets.map(({ bucket }) => bucket))
        return call()
      },
    }),
    store,
    log: pino({}, { write: (line) => void lines.push(line) }),
  })
const deleted = () => asked.map(({ method, args }) => [method, args.file])

beforeEach(() => {
  store = new Keyv()
  asked = []
  replies = []
  lines = []
  paced = []
})

describe('the files of an answer', () => {
  it('go with their message, each once, also after a restart', async () => {
    await opened().note(place, at, 'F1')
    await opened().note(place, at, 'F1')
    await opened().note(place, at, 'F2')
    expect(await opened().withdraw(place, at, null, signal)).toBeNull()
    expect(await opened().withdraw(place, at, null, signal)).toBeNull()
    expect(deleted()).toEqual([
      ['files.delete', 'F1'],
      ['files.delete', 'F2'],
    ])
  })

  it('go when the limit of such calls leaves room, which a message has no part in', async () => {
    const files = opened()
    await files.note(place, at, 'F1')
    await files.withdraw(place, at, null, signal)
    expect(paced).toContainEqual(expect.stringContaining('files.delete'))
  })

  it('go but for the one that is kept', async () => {
    const files = opened()
    await files.note(place, at, 'F1')
    await files.note(place, at, 'F2')
    await files.withdraw(place, at, 'F2', signal)
    expect(deleted()).toEqual([['files.delete', 'F1']])
    await files.withdraw(place, at, null, signal)
    expect(deleted().at(-1)).toEqual(['files.delete', 'F2'])
  })

  it('are those of this message, in this channel and workspace', async () => {
    const files = opened()
    await files.note(place, at, 'F1')
    const elsewhere = { ...place, conversation: { ...place.conversation, workspace: 'T2' } }
    await files.withdraw(elsewhere, at, null, signal)
    await files.withdraw(place, { ...at, channel: 'C2' }, null, signal)
    await files.withdraw(place, { ...at, id: '2.3' }, null, signal)
    expect(asked).toEqual([])
  })

  it.each<[string, Reply<unknown>, string]>([
    ['Slack wants a pause', { kind: 'limited', retryAfterMs: 3_000, bucket: 'b' }, 'limited'],
    ['nothing was sent', { kind: 'not_sent', cause: new Error('x') }, 'not_sent'],
    ['it is not known what came of it', { kind: 'unknown', cause: new Error('x') }, 'not_sent'],
  ])('are tried again when %s', async (_, reply, kind) => {
    const files = opened()
    await files.note(place, at, 'F1')
    replies = [reply]
    expect(await files.withdraw(place, at, null, signal)).toMatchObject({ kind })
    expect(await files.withdraw(place, at, null, signal)).toBeNull()
    expect(deleted()).toHaveLength(2)
  })

  it('that Slack does not let go of hold nothing up, and the log says so', async () => {
    const files = opened()
    await files.note(place, at, 'F1')
    replies = [{ kind: 'refused', error: 'cant_delete_file', messages: [] }]
    expect(await files.withdraw(place, at, null, signal)).toBeNull()
    expect(lines).toHaveLength(1)
    expect(await files.withdraw(place, at, null, signal)).toBeNull()
    expect(deleted()).toHaveLength(1)
  })

  it('that are gone already are no matter', async () => {
    const files = opened()
    await files.note(place, at, 'F1')
    replies = [{ kind: 'refused', error: 'file_not_found', messages: [] }]
    expect(await files.withdraw(place, at, null, signal)).toBeNull()
    expect(lines).toEqual([])
  })
})
