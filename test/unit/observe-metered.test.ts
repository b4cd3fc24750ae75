import { describe, expect, it } from 'vitest'
import { metered } from '../../src/observe/metered.ts'
import type { Place } from '../../src/ports/event.ts'
import type { Opened, Outcome, Reported } from '../../src/ports/outcome.ts'
import type { Platform, Sent, Way } from '../../src/ports/platform.ts'

const ref = { channel: 'c', id: '1' }
const place: Place = {
  conversation: { platform: 'p', workspace: 'w', channel: 'c', thread: 't' },
  root: null,
  direct: false,
}
const part = { markdown: 'Hello', state: 'done', controls: [] } as const
const { signal } = new AbortController()

/** An adapter written as a class: its methods are on the prototype and use its state. */
class Adapter implements Platform {
  readonly name = 'p'
  readonly #sent: Outcome = { kind: 'sent', ref }
  limits = { message: 2000, filesPerMessage: 1, fileBytes: 1, messagesPerAnswer: null }
  can: Platform['can'] = { edit: true, threads: true, buttons: true, private: 'everywhere' }
  started = false
  shown = 0
  opened: Opened = { kind: 'open', place }
  failing = false
  async start() {
    this.started = true
  }
  async stop() {
    this.started = false
  }
  measure(markdown: string) {
    return markdown.length + this.shown
  }
  budget() {
    return [{ bucket: this.name, limit: 1, windowMs: 1 }]
  }
  ways(): readonly Way[] {
    return this.can.edit ? ['stream', 'edit'] : []
  }
  takesFiles() {
    return this.can.edit
  }
  takesVoice() {
    return this.started
  }
  takesSounds() {
    return this.started
  }
  async openPlace() {
    return this.opened
  }
  async send() {
    if (this.failing) throw new Error('socket hang up')
    return this.#sent
  }
  async edit(): Promise<Outcome> {
    return { kind: 'limited', retryAfterMs: this.shown }
  }
  async remove(): Promise<Outcome> {
    return { kind: this.started ? 'gone' : 'too_long' }
  }
  async show(): Promise<Reported> {
    this.shown++
    return { kind: 'done' }
  }
  async rename(_place: Place, title: string): Promise<Outcome> {
    return { kind: 'forbidden', why: `${this.name} ${title}` }
  }
  async download() {
    return new Blob([this.name]).stream()
  }
  async find({ nonce }: Sent) {
    return { ...ref, id: `${this.name} ${nonce}` }
  }
}

function counted() {
  const adapter = new Adapter()
  const counts: string[] = []
  const platform = metered(adapter, { platformCalled: (...call) => counts.push(call.join(' ')) })
  return { adapter, platform, counts }
}

describe('a metered platform', () => {
  it('does all that the platform does, also where it is a class', async () => {
    const { adapter, platform } = counted()
    const intake = {} as Parameters<Platform['start']>[0]
    await platform.start(intake, signal)
    expect(adapter.started).toBe(true)
    await platform.show(place, null, signal)
    expect([platform.name, platform.measure('abc')]).toEqual(['p', 4])
    expect(platform.budget(place, 'send')).toEqual([{ bucket: 'p', limit: 1, windowMs: 1 }])
    expect(platform.ways?.(place)).toEqual(['stream', 'edit'])
    expect([platform.takesFiles?.(place), platform.takesVoice?.(place)]).toEqual([true, true])
    expect(platform.takesSounds?.(place)).toBe(true)
    expect(await platform.find?.({ nonce: 'n', index: 0 }, place, signal)).toEqual({ ...ref, id: 'p n' })
    const file = {} as Parameters<Platform['download']>[0]
    expect(await new Response(await platform.download(file, signal)).text()).toBe('p')
    await platform.stop()
    expect(adapter.started).toBe(false)
  })

  it('learns with it what its limits are', () => {
    const { adapter, platform } = counted()
    adapter.limits = { ...adapter.limits, message: 500 }
    adapter.can = { ...adapter.can, edit: false }
    expect([platform.limits.message, platform.can.edit]).toEqual([500, false])
  })

  it('cannot look up, rename or stream what the platform cannot', () => {
    const { adapter } = counted()
    Object.assign(adapter, { find: undefined, rename: undefined, ways: undefined, takesVoice: undefined })
    const platform = metered(adapter, { platformCalled() {} })
    expect(['find', 'rename', 'ways', 'takesVoice'].filter((name) => name in platform)).toEqual([])
  })

  it('counts each call by what became of it, opened places too', async () => {
    const { adapter, platform, counts } = counted()
    await platform.openPlace(place, 'title', signal)
    adapter.opened = { kind: 'forbidden', why: 'no threads' }
    await platform.openPlace(place, 'title', signal)
    expect(await platform.send(place, part, { nonce: 'n', index: 0, signal })).toEqual({ kind: 'sent', ref })
    await platform.edit(place, ref, part, signal)
    await platform.remove(place, ref, signal)
    await platform.show(place, { kind: 'typing' }, signal)
    await platform.show(place, null, signal)
    expect(await platform.rename?.(place, 'title', signal)).toEqual({ kind: 'forbidden', why: 'p title' })
    expect(counts).toEqual([
      'p open open',
      'p open forbidden',
      'p send sent',
      'p edit limited',
      'p remove too_long',
      'p show done',
      'p clear done',
      'p rename forbidden',
    ])
  })

  it('counts a call that rejects as one whose fate nobody knows', async () => {
    const { adapter, platform, counts } = counted()
    adapter.failing = true
    await expect(platform.send(place, part, { nonce: 'n', index: 0, signal })).rejects.toThrow(
      'socket hang up',
    )
    expect(counts).toEqual(['p send unknown'])
  })
})
