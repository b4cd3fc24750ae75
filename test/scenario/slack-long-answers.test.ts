import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import type { SeenMessage } from '../fakes/slack/seeing.ts'
import type { SlackFake } from '../fakes/slack/slack-fake.ts'
import { atHome, inDeltas, labels, numbered, said, say } from './slack-telling.ts'
import { ended, finished, handle, isFinished, patienceMs, spoken } from './slack-watching.ts'

/** Bytes of one message. */
const limit = 9_000
const wordsOf = (texts: readonly string[]): string => (texts.join(' ').match(/word\d+/g) ?? []).join(' ')

/** The next words come as soon as the last ones are seen, or when it is said that the rest comes as a file. */
function gradual(answer: string, size: number) {
  const steps = inDeltas(answer, size).map((beat) => ({ beat, gate: hold() }))
  return {
    beats: steps.flatMap(({ beat, gate }) => [gate.beat, beat]),
    async written(slack: SlackFake, shown: () => readonly SeenMessage[]) {
      let length = 0
      for (const { gate } of steps) {
        gate.open()
        length += size
        // All but a word that might not be whole yet.
        const seen = () => said(shown()).join(' ').length >= Math.min(length, answer.length) - 10
        await slack.until(() => seen() || /comes as a file/.test(shown().at(-1)?.text ?? ''), patienceMs)
      }
    },
  }
}

describe('an answer of 40,000 characters', () => {
  const answer = numbered(4_600)

  it('streams through several messages in a direct one, none of them too long', async () => {
    const { stage, slack, model, ann } = await atHome()
    expect(answer.length).toBeGreaterThan(40_000)
    const { beats, written } = gradual(answer, 5_000)
    model.next({ beats })
    const question = ann.says('dm', 'tell me a lot')
    const shown = () => spoken(stage, question, ann)
    await written(slack, shown)
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

  it('goes on in further messages of the thread in a channel, one a second', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome({ limits: {} })
    model.next({ beats: inDeltas(answer, 5_000) })
    const question = ann.says(channel, `${parley} tell me a lot`)
    const shown = () => spoken(stage, question)
    await slack.until(() => shown().length > 4 && isFinished(shown().at(-1)!), patienceMs)
    expect(wordsOf(said(shown()))).toBe(answer)
    for (const { text } of shown()) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit)
    for (const message of shown().slice(0, -1)) expect(labels(message)).toEqual([])
    expect(spoken(stage, channel)).toEqual([])
    expect(slack.ledger.limited()).toEqual([])
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
    const { beats, written } = gradual(answer, 8_500)
    const rest = hold()
    model.next({ beats: [...beats, rest.beat, ...text(' The end.')] })
    const question = ann.says('dm', 'tell me everything')
    const shown = () => spoken(stage, question, ann)
    await written(slack, shown)
    await slack.until(() => shown().some((one) => /comes as a file/.test(one.text)), patienceMs)
    expect(shown().flatMap(({ files }) => files)).toEqual([])
    rest.open()
    await slack.until(
      () => shown().some(isFinished) && shown().some(({ files }) => files.length > 0),
      patienceMs,
    )
    const [file] = shown().flatMap(({ files }) => files)
    expect(new TextDecoder().decode(file!.bytes)).toBe(`${answer} The end.`)
    expect(file!.name).toMatch(/\.md$/)
    const told = shown().filter(({ files }) => files.length === 0)
    expect(told).toHaveLength(12)
    expect(told.at(-1)!.text).toBe('*The whole answer is in the file.*')
    expect(answer.startsWith(wordsOf(said(told.slice(0, -1))))).toBe(true)
    expect(spoken(stage, ann.dm, ann)).toEqual([])
    expect(slack.ledger.uploads).toHaveLength(1)
  })

  /** In a direct message, once it is whole. */
  async function inFull() {
    const home = await atHome()
    const { stage, slack, model, ann } = home
    const { beats, written } = gradual(answer, 8_500)
    model.next({ beats }, say(`${answer} The end.`), say('Short.'))
    const question = ann.says('dm', 'tell me everything')
    const shown = () => spoken(stage, question, ann)
    await written(slack, shown)
    const whole = await slack.until(() => shown().find(isFinished), patienceMs)
    const files = () => slack.visible(question, { as: ann }).flatMap((message) => message.files)
    expect(files()).toHaveLength(1)
    return { ...home, question, whole, files }
  }

  it('written again, has the new file and not the old one; a short answer has none', async () => {
    const { stage, slack, team, ann, question, whole, files } = await inFull()
    ann.presses(handle(whole, team.id), 'Regenerate')
    await ended(stage, 2)
    expect(files().map(({ bytes }) => bytes.length)).toEqual([`${answer} The end.`.length])
    ann.edits(question, 'tell me little')
    await finished(stage, question, 'Short.', ann)
    await slack.until(() => spoken(stage, question, ann).filter(({ text }) => text !== '').length === 1)
    expect(files()).toEqual([])
  })

  it('is withdrawn with its file, also after a restart', async () => {
    const { stage, slack, ann, question, files } = await inFull()
    await stage.stop()
    await stage.begin()
    ann.deletes(question)
    await slack.until(
      () => files().length === 0 && !spoken(stage, question, ann).some(({ text }) => text !== ''),
    )
  })
})
