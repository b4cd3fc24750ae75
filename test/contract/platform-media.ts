import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Place } from '../../src/ports/event.ts'
import type { MediaFile, Part } from '../../src/ports/platform.ts'
import { png } from '../fakes/png.ts'
import type { PlatformWorld } from './platform.ts'

/** What a platform promises of sounds and pictures: each in a message of its own, without words. */
export function describeMedia(makeWorld: () => Promise<PlatformWorld>): void {
  describe('sounds and pictures', () => {
    let world: PlatformWorld
    let place: Place
    beforeEach(async () => {
      world = await makeWorld()
      ;({ place } = world)
    })
    afterEach(() => world.close())

    const signal = new AbortController().signal
    const how = (nonce: string, index = 0) => ({ nonce, index, signal })

    const file = (kind: MediaFile['kind'], bytes: Uint8Array, more: Partial<MediaFile> = {}): MediaFile => ({
      kind,
      id: `${kind}:${Buffer.from(bytes).toString('base64')}`,
      name: kind === 'picture' ? 'picture.png' : 'answer.mp3',
      type: kind === 'picture' ? 'image/png' : 'audio/mpeg',
      size: bytes.length,
      body: new Blob([new Uint8Array(bytes)]),
      description: 'A lighthouse',
      ...more,
    })
    const part = (carried: MediaFile, state: Part['state'] = 'done'): Part => ({
      markdown: '',
      state,
      controls: [],
      file: carried,
    })
    const sound = file('sound', new Uint8Array(300).fill(7))

    async function sent(shown: Part, nonce: string, index = 0) {
      const outcome = await world.platform.send(place, shown, how(nonce, index))
      if (outcome.kind !== 'sent') throw new Error(`not sent: ${JSON.stringify(outcome)}`)
      return outcome.ref
    }

    it('shows them in order, with every byte and by their names', async () => {
      if (!world.media) return
      await sent(part(file('picture', png(3, 3))), 'n1')
      await sent(part(sound), 'n2', 1)
      expect(await world.media(place)).toEqual([
        ['picture.png', Buffer.from(png(3, 3)).toString('hex')],
        ['answer.mp3', Buffer.alloc(300, 7).toString('hex')],
      ])
    })

    it('finds one by its nonce, and nothing by another', async () => {
      if (!world.media || !world.platform.find) return
      const ref = await sent(part(sound), 'n1')
      expect(await world.platform.find(how('n1'), place, signal)).toEqual(ref)
      expect(await world.platform.find(how('n2'), place, signal)).toBeNull()
    })

    it('takes one away again', async () => {
      if (!world.media) return
      const ref = await sent(part(sound), 'n1')
      expect(await world.platform.remove(place, ref, signal)).toMatchObject({ kind: 'sent' })
      expect(await world.media(place)).toEqual([])
    })

    it('changes a picture where it says so, as often as wanted', async () => {
      if (!world.media || !world.platform.can.changesFiles) return
      const ref = await sent(part(file('picture', png(2, 2)), 'writing'), 'n1')
      for (const side of [3, 4, 5])
        expect(
          await world.platform.edit(place, ref, part(file('picture', png(side, side))), signal),
        ).toMatchObject({ kind: 'sent', ref })
      expect(await world.media(place)).toEqual([['picture.png', Buffer.from(png(5, 5)).toString('hex')]])
    })

    it('sends a voice message where it says that it takes them, and refuses it for its form alone elsewhere', async () => {
      if (!world.media) return
      const voice = { seconds: 1, waveform: new Uint8Array([0, 128, 255]) }
      const bytes = new Uint8Array(100).fill(9)
      const spoken = file('sound', bytes, { name: 'voice-message.ogg', type: 'audio/ogg', voice })
      const takes = world.platform.takesVoice?.(place) ?? false
      const { kind } = await world.platform.send(place, part(spoken), how('n1'))
      expect(takes ? kind === 'sent' : kind === 'sent' || kind === 'no_voice').toBe(true)
      expect(await world.media(place)).toHaveLength(kind === 'sent' ? 1 : 0)
    })
  })
}
