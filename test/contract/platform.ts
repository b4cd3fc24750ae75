import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileRef, Place } from '../../src/ports/event.ts'
import { DownloadError } from '../../src/ports/failure.ts'
import type { Intake, Part, Platform } from '../../src/ports/platform.ts'

/** A platform that is started and connected to a place where people talk. */
export interface PlatformWorld {
  readonly platform: Platform
  /** A place that exists and to which Parley may send. */
  readonly place: Place
  /** A place whose thread is still to be opened on a message that exists. */
  readonly unopened: Place
  /** A place that is not there. */
  readonly nowhere: Place
  /** What a person who may see everything public in the place sees there now, in order. */
  seen(place: Place): Promise<readonly string[]>
  /** What this person sees there. */
  /** Two who are there. */
  readonly people: readonly [string, string]
  seenBy(person: string, place: Place): Promise<readonly string[]>
  /** A file at the platform, and its bytes. */
  readonly file: { readonly ref: FileRef; readonly bytes: Uint8Array }
  close(): Promise<void>
}

/** For worlds that have nothing to say of what comes in. */
export const deaf: Intake = {
  admit: async () => 'ignored',
  place: (spot) => ({
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
    const how = (nonce: string) => ({ nonce, signal })

    async function sent(markdown: string, nonce: string, at = place) {
      const outcome = await platform.send(at, part(markdown), how(nonce))
      if (outcome.kind !== 'sent') throw new Error(`not sent: ${outcome.kind}`)
      return outcome.ref
    }

    it('shows what is sent, in order', async () => {
      await sent('first', 'n1')
      await sent('second', 'n2')
      expect(await world.seen(place)).toEqual(['first', 'second'])
    })

    it('sends once for a nonce, however often and at once, and names the same message each time', async () => {
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
      expect(await platform.find('n1', place, signal)).toEqual(ref)
      expect(await platform.find('n2', place, signal)).toBeNull()
    })

    it('edits in place, as often as wanted', async () => {
      const ref = await sent('draft', 'n1')
      await sent('after', 'n2')
      for (const text of ['longer draft', 'the answer', 'the answer'])
        expect(await platform.edit(ref, part(text, 'writing'), signal)).toMatchObject({ kind: 'sent', ref })
      expect(await platform.edit(ref, part('the whole answer'), signal)).toMatchObject({ kind: 'sent' })
      expect(await world.seen(place)).toEqual(['the whole answer', 'after'])
    })

    it('removes, and says gone of what is not there any more', async () => {
      const ref = await sent('away with it', 'n1')
      expect(await platform.remove(ref, signal)).toMatchObject({ kind: 'sent' })
      expect(await world.seen(place)).toEqual([])
      expect((await platform.remove(ref, signal)).kind).toBe('gone')
      expect((await platform.edit(ref, part('back'), signal)).kind).toBe('gone')
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
      expect((await platform.edit(ref, part(`${full}x`), signal)).kind).toBe('too_long')
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
      if (!platform.can.private) return
      const outcome = await platform.send(place, part('psst'), { ...how('n1'), privateTo: world.people[0] })
      expect(outcome.kind).toBe('sent')
      expect(await world.seenBy(world.people[0], place)).toEqual(['psst'])
      expect(await world.seenBy(world.people[1], place)).toEqual([])
    })

    it('names the buckets a call spends, with limits that make sense', () => {
      for (const call of ['send', 'edit'] as const) {
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
        nonce: 'n1',
        signal: AbortSignal.abort(),
      })
      expect(['not_sent', 'unknown']).toContain(outcome.kind)
      expect(await world.seen(place)).toEqual([])
    })

    it('never fails loudly over activity', async () => {
      for (const at of [place, world.nowhere]) {
        await platform.show(at, { kind: 'typing' })
        await platform.show(at, { kind: 'status', text: 'reading' })
        await platform.show(at, null)
      }
    })

    it('downloads a file’s bytes, and says in words what is not there', async () => {
      const stream = await platform.download(world.file.ref, signal)
      expect(await new Response(stream).bytes()).toEqual(world.file.bytes)
      const missing = { ...world.file.ref, id: 'missing', name: 'lost.png', url: null }
      await expect(platform.download(missing, signal)).rejects.toThrow(DownloadError)
      await expect(platform.download(missing, signal)).rejects.toThrow(/lost\.png/)
    })
  })
}
