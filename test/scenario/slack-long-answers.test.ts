import { describe, expect, it } from 'vitest'
import { hold } from '../fakes/openai/script.ts'
import { atHome, inDeltas, labels, numbered, said } from './slack-telling.ts'
import { isFinished, patienceMs, spoken } from './slack-watching.ts'

/** Bytes of one message. */
const limit = 9_000
const wordsOf = (texts: readonly string[]): string => (texts.join(' ').match(/word\d+/g) ?? []).join(' ')

/** Long answers are more posts than one a second: what Parley knows of that limit is left to other stories. */
describe('an answer of 40,000 characters', () => {
  const answer = numbered(4_350)

  it('streams through several messages in a direct one, none of them too long', async () => {
    const { stage, slack, model, ann } = await atHome()
    expect(answer.length).toBeGreaterThan(40_000)
    model.next({ beats: inDeltas(answer, 2_000) })
    const question = ann.says('dm', 'tell me a lot')
    const shown = () => spoken(stage, question, ann)
    await slack.until(
      () => shown().length > 4 && shown().every((one) => !one.isStreaming) && isFinished(shown().at(-1)!),
      patienceMs,
    )
    expect(wordsOf(said(shown()))).toBe(answer)
    for (const { text, streamed } of shown()) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit)
      expect(streamed).toBe(true)
    }
    for (const message of shown().slice(0, -1)) expect(labels(message)).toEqual([])
    expect(shown()).toHaveLength(5)
    expect(slack.ledger.refused()).toEqual([])
  })

  it('goes on in further messages of the thread in a channel', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome()
    model.next({ beats: inDeltas(answer, 5_000) })
    const question = ann.says(channel, `${parley} tell me a lot`)
    const shown = () => spoken(stage, question)
    await slack.until(() => shown().length > 4 && isFinished(shown().at(-1)!), patienceMs)
    expect(wordsOf(said(shown()))).toBe(answer)
    for (const { text } of shown()) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit)
    for (const message of shown().slice(0, -1)) expect(labels(message)).toEqual([])
    expect(spoken(stage, channel)).toEqual([])
    expect(slack.ledger.refused()).toEqual([])
  })

  it('in three-byte letters keeps to the bytes, and breaks no letter', async () => {
    const { stage, slack, model, ann } = await atHome()
    const told = Array.from({ length: 400 }, (_, at) => `第${at}句话是这样写的，没有空格。`).join('')
    model.next({ beats: inDeltas(told, 700) })
    const question = ann.says('dm', '讲个故事')
    const shown = () => spoken(stage, question, ann)
    await slack.until(() => shown().length > 1 && isFinished(shown().at(-1)!), patienceMs)
    expect(said(shown()).join('')).toBe(told)
    for (const { text } of shown()) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit)
  })
})

describe('what needs more than twelve messages', () => {
  const answer = numbered(13_500)

  it('is eleven and a file with the whole text, in the same thread', async () => {
    const { stage, slack, model, ann } = await atHome()
    const rest = hold()
    const beats = inDeltas(answer, 5_000)
    model.next({ beats: [...beats.slice(0, -2), rest.beat, ...beats.slice(-2)] })
    const question = ann.says('dm', 'tell me everything')
    const shown = () => spoken(stage, question, ann)
    await slack.until(() => shown().some((one) => /comes as a file/.test(one.text)), patienceMs)
    expect(shown().flatMap(({ files }) => files)).toEqual([])
    rest.open()
    await slack.until(
      () => shown().some(isFinished) && shown().some(({ files }) => files.length > 0),
      patienceMs,
    )
    const [file] = shown().flatMap(({ files }) => files)
    expect(new TextDecoder().decode(file!.bytes)).toBe(answer)
    expect(file!.name).toMatch(/\.md$/)
    const told = shown().filter(({ files }) => files.length === 0)
    expect(told).toHaveLength(12)
    expect(told.at(-1)!.text).toBe('*The whole answer is in the file.*')
    expect(answer.startsWith(wordsOf(said(told.slice(0, -1))))).toBe(true)
    expect(spoken(stage, ann.dm, ann)).toEqual([])
    expect(slack.ledger.uploads).toHaveLength(1)
  })
})
