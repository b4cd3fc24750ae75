import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileRef, Place } from '../../src/ports/event.ts'
import { DownloadError } from '../../src/ports/failure.ts'
import type { Intake } from '../../src/ports/intake.ts'
import type { CallKind, Part, Platform } from '../../src/ports/platform.ts'
import { describeMedia } from './platform-media.ts'
import { describeStreams } from './platform-streams.ts'

/** A platform that is started and connected to a place where people talk. */
export interface PlatformWorld {
  readonly platform: Platform
  /** A place that exists and to which Parley may send. */
  readonly place: Place
  /** One where messages grow by `stream`, if that is another. */
  readonly streaming?: Place
  /** A place whose thread is still to be opened on a message that exists. */
  readonly unopened: Place
  /**
   * A place where something can be shown to the first of `people` alone; null where that is nowhere possible. Made when
   * it is asked for: it may last for a while only.
   */
  whisper(): Promise<Place | null>
  /** A place that is not there. */
  readonly nowhere: Place
  /** What a person who may see everything public in the place sees there now, in order. */
  seen(place: Place): Promise<readonly string[]>
  /** Two who are there. */
  readonly people: readonly [string, string]
  /** What this person sees there. */
  seenBy(person: string, place: Place): Promise<readonly string[]>
  /** Slack: what is sent again under a nonce is another message. The engine looks the first one up before it does. */
  readonly sendsAgain?: true
  /**
   * Name and text of the files that Parley's messages there carry now; where `limits.messagesPerAnswer` is set. Absent
   * where a file is a message of its own (Slack), which no edit takes away.
   */
  files?(place: Place): Promise<readonly (readonly [string, string])[]>
  /** Name and bytes (as hex) of the sounds and pictures that Parley sent there, in order. Absent: it shows none yet. */
  media?(place: Place): Promise<readonly (readonly [string, string])[]>
  /** The title of the place's thread; where it can be renamed. */
  titleOf?(place: Place): Promise<string | null>
  /** A file at the platform, and its bytes. */
  readonly file: { readonly ref: FileRef; readonly bytes: Uint8Array }
  close(): Promise<void>
}

const calls: readonly CallKind[] = [
  ...(['send', 'stream', 'edit', 'finish', 'remove', 'open', 'rename', 'find', 'show', 'clear'] as const),
]

/** For worlds that have nothing to say of what comes in. */
export const deaf: Intake = {
  admit: async () => 'ignored',
  place: async (spot) => ({
    conversation: {
      platform: spot.platform,
      workspace: spot.workspace,
      channel: spot.channel,
      thread: spot.thread ?? '',
    },
    root: null,
    direct: spot.direct,
  }),
  follows: async () => false,
  commands: [],
  suggest: async () => [],
  form: async () => null,
  overview: async () => null,
  paced: (_budgets, call) => call(),
}

/** What every platform promises the engine (src/ports/platform.ts). */
export function describePlatform(name: string, makeWorld: () => Promise<PlatformWorld>): void {
  describe(`Platform: ${name}`, () => {
    let world: PlatformWorld
    let platform: Platform
    let place: Place
    beforeEach(async () => {
      world = await makeWorld()
      ;({ platform, place } = world)
    })
    afterEach(() => world.close())

    const signal = new AbortController().signal
    const part = (markdown: string, state: Part['state'] = 'done'): Part => ({
      markdown,
      state,
      controls: [],
    })
    const how = (nonce: string, index = 0) => ({ nonce, index, signal })

    async function sent(markdown: string, nonce: string, at = place, index = 0) {
      const outcome = await platform.send(at, part(markdown), how(nonce, index))
      if (outcome.kind !== 'sent') throw new Error(`not sent: ${outcome.kind}`)
      return outcome.ref
    }

    it('shows what is sent, in order', async () => {
      await sent('first', 'n1')
      await sent('second', 'n2')
      expect(await world.seen(place)).toEqual(['first', 'second'])
    })

    it('sends once for a nonce, however often and at once, and names the same message each time', async () => {
      if (world.sendsAgain) return
      const refs = await Promise.all(['a', 'b', 'c'].map(() => sent('only once', 'n1')))
      expect(await sent('only once', 'n1')).toEqual(refs[0])
      expect(new Set(refs.map((ref) => JSON.stringify(ref))).size).toBe(1)
      expect(await world.seen(place)).toEqual(['only once'])
    })

    it('takes nonces of 25 characters and takes different ones for different messages', async () => {
      const long = 'x'.repeat(24)
      await sent('one', `${long}1`)
      await sent('two', `${long}2`)
      expect(await world.seen(place)).toEqual(['one', 'two'])
    })

    it('finds a message by its nonce, and nothing by another', async () => {
      if (!platform.find) return
      const ref = await sent('here', 'n1')
      expect(await platform.find(how('n1'), place, signal)).toEqual(ref)
      expect(await platform.find(how('n2'), place, signal)).toBeNull()
    })

    it('edits in place, as often as wanted', async () => {
      const ref = await sent('draft', 'n1')
      await sent('after', 'n2')
      for (const text of ['longer draft', 'the answer', 'the answer'])
        expect(await platform.edit(place, ref, part(text, 'writing'), signal)).toMatchObject({
          kind: 'sent',
          ref,
        })
      expect(await platform.edit(place, ref, part('the whole answer'), signal)).toMatchObject({
        kind: 'sent',
      })
      expect(await world.seen(place)).toEqual(['the whole answer', 'after'])
    })

    it('removes, and says gone of what is not there any more', async () => {
      const ref = await sent('away with it', 'n1')
      expect(await platform.remove(place, ref, signal)).toMatchObject({ kind: 'sent' })
      expect(await world.seen(place)).toEqual([])
      expect((await platform.remove(place, ref, signal)).kind).toBe('gone')
      expect((await platform.edit(place, ref, part('back'), signal)).kind).toBe('gone')
      expect(await world.seen(place)).toEqual([])
    })

    it('says gone of a place that is not there', async () => {
      expect((await platform.send(world.nowhere, part('hello?'), how('n1'))).kind).toBe('gone')
    })

    it('holds exactly as much as its limit says, and says too_long above it', async () => {
      const { message } = platform.limits
      const full = 'x'.repeat(message)
      expect(platform.measure(full)).toBe(message)
      const ref = await sent(full, 'n1')
      expect((await platform.send(place, part(`${full}x`), how('n2'))).kind).toBe('too_long')
      expect((await platform.edit(place, ref, part(`${full}x`), signal)).kind).toBe('too_long')
      expect(await world.seen(place)).toEqual([full])
    })

    it('measures the empty text as nothing, and more text as no less', () => {
      expect(platform.measure('')).toBe(0)
      for (const text of ['a', 'ä', '👩‍👩‍👧', '**b**', '&<>', '\n\n'])
        expect(platform.measure(`${text}${text}`)).toBeGreaterThanOrEqual(platform.measure(text))
    })

    it('shows text as it is given: markdown, breaks, characters of every plane', async () => {
      const text = '# Title\n\n```ts\nconst a = "<b>"\n```\n\n- ä 日本 👩‍👩‍👧 \u202e @everyone'
      await sent(text, 'n1')
      expect(await world.seen(place)).toEqual([text])
    })

    it('opens a thread on its message, the same one each time, and sends into it', async () => {
      if (!platform.can.threads) return
      const first = await platform.openPlace(world.unopened, 'A title', signal)
      const second = await platform.openPlace(world.unopened, 'A title', signal)
      if (first.kind !== 'open' || second.kind !== 'open') throw new Error('not opened')
      expect(first.place.root).toBeNull()
      expect(second.place.conversation).toEqual(first.place.conversation)
      expect(first.place.conversation).toEqual(world.unopened.conversation)
      await sent('in the thread', 'n1', first.place)
      expect(await world.seen(first.place)).toEqual(['in the thread'])
      expect(await world.seen(place)).not.toContain('in the thread')
    })

    it('gives back an open place as it is', async () => {
      expect(await platform.openPlace(place, 'A title', signal)).toEqual({ kind: 'open', place })
    })

    it('shows what is private to that person alone', async () => {
      const whisper = await world.whisper()
      expect(whisper === null).toBe(platform.can.private === 'nowhere')
      if (whisper === null) return
      const [one, other] = world.people
      expect(whisper.via !== undefined).toBe(platform.can.private === 'via')
      const outcome = await platform.send(whisper, part('psst'), { ...how('n1'), privateTo: one })
      expect(outcome.kind).toBe('sent')
      expect(await world.seenBy(one, whisper)).toEqual(['psst'])
      expect(await world.seenBy(other, whisper)).toEqual([])
    })

    it('shows to nobody what it can’t show to one person alone', async () => {
      if (platform.can.private === 'everywhere') return
      const outcome = await platform.send(place, part('psst'), { ...how('n1'), privateTo: world.people[0] })
      expect(outcome.kind).toBe('forbidden')
      expect(await world.seen(place)).toEqual([])
    })

    it('names the buckets a call spends, with limits that make sense', () => {
      for (const call of calls) {
        const budgets = platform.budget(place, call)
        expect(new Set(budgets.map((each) => each.bucket)).size).toBe(budgets.length)
        for (const { limit, windowMs } of budgets) {
          expect(limit).toBeGreaterThan(0)
          expect(windowMs).toBeGreaterThan(0)
        }
      }
    })

    it('sends nothing once the signal is aborted', async () => {
      const outcome = await platform.send(place, part('too late'), {
        ...how('n1'),
        signal: AbortSignal.abort(),
      })
      expect(['not_sent', 'unknown']).toContain(outcome.kind)
      expect(await world.seen(place)).toEqual([])
    })

    it('never fails loudly over activity, and reports what came of it', async () => {
      for (const at of [place, world.nowhere])
        for (const activity of [{ kind: 'typing' }, { kind: 'status', text: 'reading' }, null] as const)
          expect((await platform.show(at, activity, signal)).kind).toEqual(expect.any(String))
      const late = platform.show(place, { kind: 'typing' }, AbortSignal.abort(new Error('too late')))
      expect((await late).kind).toEqual(expect.any(String))
    })

    it('shows buttons and takes them away again, the text unharmed', async () => {
      if (!platform.can.buttons) return
      const withStop: Part = { ...part('an answer', 'writing'), controls: ['stop'] }
      const outcome = await platform.send(place, withStop, how('n1'))
      if (outcome.kind !== 'sent') throw new Error(`not sent: ${outcome.kind}`)
      for (const controls of [['regenerate', 'thumbs'], [], ['retry']] as const) {
        const next: Part = { ...part('an answer'), controls }
        expect(await platform.edit(place, outcome.ref, next, signal)).toMatchObject({ kind: 'sent' })
        expect(await world.seen(place)).toEqual(['an answer'])
      }
    })

    it('takes a file along, and drops it with an edit that has none', async () => {
      if (!world.files) return
      const whole: Part = {
        ...part('The rest is in the file.'),
        file: { kind: 'text', name: 'answer.md', text: '# ä 日本\n' },
      }
      const outcome = await platform.send(place, whole, how('n1', 4))
      if (outcome.kind !== 'sent') throw new Error(`not sent: ${outcome.kind}`)
      const ref = outcome.ref
      expect(await world.files(place)).toEqual([['answer.md', '# ä 日本\n']])
      expect(await platform.edit(place, ref, part('Short again.'), signal)).toMatchObject({ kind: 'sent' })
      expect(await world.files(place)).toEqual([])
      expect(await platform.edit(place, ref, whole, signal)).toMatchObject({ kind: 'sent' })
      expect(await world.files(place)).toEqual([['answer.md', '# ä 日本\n']])
    })

    it('gives an open thread another title', async () => {
      if (!platform.rename) return
      const opened = await platform.openPlace(world.unopened, 'A title', signal)
      if (opened.kind !== 'open') throw new Error('not opened')
      expect(await platform.rename(opened.place, 'A better title', signal)).toMatchObject({ kind: 'sent' })
      expect(await world.titleOf?.(opened.place)).toBe('A better title')
    })

    it('downloads a file’s bytes, and says in words what is not there', async () => {
      const stream = await platform.download(world.file.ref, signal)
      expect(await new Response(stream).bytes()).toEqual(world.file.bytes)
      const missing = { ...world.file.ref, id: 'missing', name: 'lost.png', url: null }
      await expect(platform.download(missing, signal)).rejects.toThrow(DownloadError)
      await expect(platform.download(missing, signal)).rejects.toThrow(/^it is not .* any more: /)
    })

    describeStreams(makeWorld)
    describeMedia(makeWorld)
  })
}
