import { describe, expect, it } from 'vitest'
import { ModelError } from '../../src/ports/failure.ts'
import type { DraftPart } from '../../src/ports/inbox.ts'
import type { MediaFile, Part } from '../../src/ports/platform.ts'
import type { DeliveryOptions } from '../../src/reply/delivery-options.ts'
import type { Enclosure } from '../../src/reply/enclosure.ts'
import type { RatedPlatformOptions } from '../fakes/rated-options.ts'
import { createWorld, type World } from './delivery-world.ts'

const file = (id: string, kind: MediaFile['kind'] = 'picture', more: Partial<MediaFile> = {}): MediaFile => ({
  kind,
  id,
  name: kind === 'picture' ? 'picture.png' : 'answer.mp3',
  type: kind === 'picture' ? 'image/png' : 'audio/mpeg',
  size: 1_000,
  body: new Blob(['x']),
  description: 'a lighthouse',
  ...more,
})
const voice = (id: string): MediaFile =>
  file(id, 'sound', { voice: { seconds: 1, waveform: new Uint8Array([1]) } })

const changing: Partial<RatedPlatformOptions> = { can: { changesFiles: true } }

/** What each message shows: its text, or the file it carries. */
const shownIn = (world: World): string[] =>
  world.platform.visible().map(({ part }) => {
    if (part.file === undefined) return part.markdown
    return part.file.kind === 'text' ? part.file.name : part.file.id
  })

const draftOf = (world: World): readonly DraftPart[] => world.saved.get('a')?.at(-1) ?? []

/** A whole answer with these below it. */
async function answered(
  world: World,
  text: string,
  enclosures: readonly (MediaFile | Enclosure)[],
  options: Partial<DeliveryOptions> = {},
) {
  const delivery = world.answer('a', options)
  delivery.write(text)
  delivery.enclose(enclosures.map((one) => ('file' in one ? one : { file: one })))
  return world.clock.run(delivery.finish())
}

describe('what goes below an answer', () => {
  it('goes out in order, each in a message of its own with nothing but the file', async () => {
    const world = createWorld()
    const delivered = await answered(world, 'Here you are.', [file('one'), file('two', 'sound')])
    expect(delivered).toMatchObject({ kind: 'shown', text: 'Here you are.', messages: ['Here you are.'] })
    expect(shownIn(world)).toEqual(['Here you are.', 'one', 'two'])
    const [text, ...below] = world.platform.visible().map(({ part }) => part)
    expect(text).toMatchObject({ state: 'done', controls: ['regenerate'] })
    for (const part of below) expect(part).toMatchObject({ markdown: '', state: 'done', controls: [] })
    expect(delivered.parts.map((part) => part.file)).toEqual([
      undefined,
      { kind: 'picture', id: 'one' },
      { kind: 'sound', id: 'two' },
    ])
  })

  it('is all there is where there is no text, with the buttons on the last that is no voice message', async () => {
    const world = createWorld()
    await answered(world, '', [file('one'), file('two'), voice('three')], {
      controls: () => ['regenerate', 'read_aloud', 'thumbs'],
    })
    expect(shownIn(world)).toEqual(['one', 'two', 'three'])
    expect(world.platform.visible().map(({ part }) => part.controls)).toEqual([
      [],
      ['regenerate', 'thumbs'],
      [],
    ])
  })

  it.each(['lost_reply', 'lost_request'] as const)('is sent once after a %s', async (fault) => {
    const sends: number[] = []
    const world = createWorld({
      fault: (kind, call) => {
        if (kind !== 'send') return null
        sends.push(call)
        return sends.length === 2 ? fault : null
      },
    })
    expect((await answered(world, 'Text.', [file('one')])).kind).toBe('shown')
    expect(shownIn(world)).toEqual(['Text.', 'one'])
  })

  it('says below it that nobody knows, where the platform can’t find what was lost, and never sends it twice', async () => {
    const world = createWorld({
      finds: false,
      fault: (kind, call) => (kind === 'send' && call === 1 ? 'lost_reply' : null),
    })
    expect((await answered(world, 'Text.', [file('one')])).kind).toBe('shown')
    expect(shownIn(world)).toEqual(['Text.', 'one', expect.stringContaining('may be missing')])
  })

  it('is neither sent nor changed again by a second try that finds it shown', async () => {
    for (const how of [changing, {}]) {
      const world = createWorld(how)
      await answered(world, 'Text.', [file('one'), voice('two')])
      const before = world.platform.ledger.filter(({ kind }) => kind === 'send').length
      await answered(world, 'Text.', [file('one'), voice('two')], { draft: draftOf(world) })
      expect(shownIn(world)).toEqual(['Text.', 'one', 'two'])
      expect(world.platform.ledger.filter(({ kind }) => kind === 'send')).toHaveLength(before)
    }
  })

  it('is found by a second try when the first died between sending it and knowing so', async () => {
    const world = createWorld()
    await answered(world, 'Text.', [file('one')])
    const draft = draftOf(world).map((part) => (part.file ? { ...part, ref: null } : part))
    const delivered = await answered(world, 'Text.', [file('one')], { draft })
    expect(delivered.parts.every(({ ref }) => ref !== null)).toBe(true)
    expect(shownIn(world)).toEqual(['Text.', 'one'])
  })

  it('comes below a text that has become longer, and stays one', async () => {
    const world = createWorld({ message: 60 })
    await answered(world, 'Short.', [file('one')])
    await answered(world, 'A sentence of some length. '.repeat(5).trim(), [file('one')], {
      draft: draftOf(world),
    })
    const shown = shownIn(world)
    expect(shown.filter((one) => one === 'one')).toHaveLength(1)
    expect(shown.at(-1)).toBe('one')
    expect(shown.length).toBeGreaterThan(2)
  })

  it('gives way to words when the next try has no file, and takes the place of words', async () => {
    const world = createWorld(changing)
    await answered(world, '', [file('one')])
    const failed = world.answer('a', { draft: draftOf(world) })
    await world.clock.run(failed.fail('It could not be painted.'))
    expect(shownIn(world)).toEqual(['It could not be painted.'])
    await answered(world, '', [file('two')], { draft: draftOf(world) })
    expect(shownIn(world)).toEqual(['two'])
  })

  it('is edited into the new picture where that can be done, and replaced where not', async () => {
    for (const [how, sends] of [
      [changing, 1],
      [{}, 2],
    ] as const) {
      const world = createWorld(how)
      await answered(world, '', [file('one')])
      await answered(world, '', [file('two')], { draft: draftOf(world) })
      expect(shownIn(world)).toEqual(['two'])
      expect(world.platform.ledger.filter(({ kind }) => kind === 'send')).toHaveLength(sends)
    }
  })

  it('goes out as an ordinary file in the same place where no voice message is taken', async () => {
    const world = createWorld({
      refuses: ({ file }) =>
        file && file.kind !== 'text' && file.voice ? { kind: 'no_voice', why: 'it is off here.' } : null,
    })
    let made = 0
    const enclosure: Enclosure = {
      file: voice('one'),
      plain: async () => {
        made++
        return file('one as mp3', 'sound')
      },
    }
    const delivered = await answered(world, '', [enclosure])
    expect(delivered.kind).toBe('shown')
    expect(shownIn(world)).toEqual(['one as mp3'])
    await answered(world, '', [enclosure], { draft: draftOf(world) })
    expect(shownIn(world)).toEqual(['one as mp3'])
    expect(made).toBe(1)
  })

  it('gives way to words when the ordinary file can’t be made', async () => {
    const world = createWorld({
      refuses: ({ file }) => (file ? { kind: 'no_voice', why: 'it is off here.' } : null),
    })
    const plain = async (): Promise<MediaFile> => {
      throw new ModelError('quota', 'The account is empty.')
    }
    expect((await answered(world, 'Text.', [{ file: voice('one'), plain }])).kind).toBe('shown')
    expect(shownIn(world)).toEqual(['Text.', expect.stringContaining('The account is empty.')])
  })

  it('gives way to words where no file is taken, and the answer is shown all the same', async () => {
    const world = createWorld({
      refuses: ({ file }) => (file ? { kind: 'no_file', why: 'allow Attach Files.' } : null),
    })
    expect((await answered(world, 'Text.', [file('one')])).kind).toBe('shown')
    expect(shownIn(world)).toEqual(['Text.', '*I can’t send files here: allow Attach Files.*'])
  })

  it('is not even tried where the place takes no files, or it is too large', async () => {
    for (const how of [{ takesFiles: false }, { fileBytes: 999 }]) {
      const tried: Part[] = []
      const world = createWorld({
        ...how,
        refuses: (part) => {
          tried.push(part)
          return null
        },
      })
      expect((await answered(world, '', [file('one')])).kind).toBe('shown')
      expect(shownIn(world)).toEqual([expect.stringMatching(/can’t send files|at most/)])
      expect(tried.every((part) => part.file === undefined)).toBe(true)
    }
  })
})

describe('a picture while it is painted', () => {
  it('is shown, changed as the pacer lets it, and ends as the finished one', async () => {
    const world = createWorld({ ...changing, buckets: [{ bucket: 'all', limit: 1, windowMs: 1_000 }] })
    const delivery = world.answer('a')
    const run = async () => {
      for (let at = 0; at < 40; at++) {
        delivery.preview(file(`p${at}`))
        await world.clock.sleep(100)
      }
      delivery.enclose([{ file: file('done') }])
      return delivery.finish()
    }
    const delivered = await world.clock.run(run())
    expect(delivered.parts.map((part) => part.file)).toEqual([{ kind: 'picture', id: 'done' }])
    expect(shownIn(world)).toEqual(['done'])
    expect(world.platform.visible()[0]?.part).toMatchObject({ state: 'done', controls: ['regenerate'] })
    const calls = world.platform.ledger.filter(({ result }) => result === 'done')
    expect(calls[0]).toMatchObject({ kind: 'send', state: 'writing' })
    expect(calls.length).toBeGreaterThan(2)
    expect(calls.length).toBeLessThan(8)
  })

  it('is not shown where pictures can’t be changed, or where nothing grows', async () => {
    for (const how of [{}, { can: { changesFiles: true, edit: false } }]) {
      const world = createWorld(how)
      const delivery = world.answer('a')
      delivery.preview(file('p'))
      await world.clock.run(world.clock.sleep(5_000))
      expect(world.platform.visible()).toEqual([])
      delivery.enclose([{ file: file('done') }])
      await world.clock.run(delivery.finish())
      expect(shownIn(world)).toEqual(['done'])
    }
  })

  it('goes when the answer is stopped', async () => {
    const world = createWorld(changing)
    const delivery = world.answer('a')
    delivery.preview(file('p'))
    await world.clock.run(world.clock.sleep(5_000))
    expect(shownIn(world)).toEqual(['p'])
    expect(world.platform.visible()[0]?.part.controls).toEqual(['stop'])
    await world.clock.run(delivery.stop('Stopped.'))
    expect(shownIn(world)).toEqual(['Stopped.'])
  })

  it('gives way to text that comes after it, and comes again below', async () => {
    const world = createWorld(changing)
    const delivery = world.answer('a')
    delivery.preview(file('p'))
    await world.clock.run(world.clock.sleep(3_000))
    delivery.write('Here it is.')
    await world.clock.run(world.clock.sleep(3_000))
    delivery.enclose([{ file: file('done') }])
    await world.clock.run(delivery.finish())
    expect(shownIn(world)).toEqual(['Here it is.', 'done'])
  })

  it('of a try that died is changed into the finished one by the next', async () => {
    const world = createWorld(changing)
    const first = new AbortController()
    const delivery = world.answer('a', { signal: first.signal })
    delivery.delivered.catch(() => undefined)
    delivery.preview(file('done'))
    await world.clock.run(world.clock.sleep(5_000))
    first.abort(new Error('died'))
    await answered(world, '', [file('done')], { draft: draftOf(world) })
    expect(shownIn(world)).toEqual(['done'])
    expect(world.platform.visible()[0]?.part).toMatchObject({ state: 'done', controls: ['regenerate'] })
  })

  it('that changed a finished one before its try died is not taken for that one', async () => {
    const world = createWorld(changing)
    await answered(world, '', [file('one')])
    const second = new AbortController()
    const delivery = world.answer('a', { draft: draftOf(world), signal: second.signal })
    delivery.delivered.catch(() => undefined)
    delivery.preview(file('p'))
    await world.clock.run(world.clock.sleep(5_000))
    expect(shownIn(world)).toEqual(['p'])
    second.abort(new Error('died'))
    await answered(world, '', [file('one')], { draft: draftOf(world) })
    expect(shownIn(world)).toEqual(['one'])
  })

  it('leaves the words of a former try where they are', async () => {
    const world = createWorld(changing)
    await answered(world, 'Text.', [file('one')])
    const delivery = world.answer('a', { draft: draftOf(world) })
    delivery.preview(file('p'))
    await world.clock.run(world.clock.sleep(5_000))
    expect(shownIn(world)).toEqual(['Text.', 'one'])
    delivery.write('Text.')
    delivery.enclose([{ file: file('one') }])
    await world.clock.run(delivery.finish())
    expect(shownIn(world)).toEqual(['Text.', 'one'])
  })

  it('is not asked for again where no file is taken, and the finished one says so', async () => {
    let tries = 0
    const world = createWorld({
      ...changing,
      refuses: ({ file }) => {
        if (!file) return null
        tries++
        return { kind: 'no_file', why: 'no.' }
      },
    })
    const delivery = world.answer('a')
    for (const id of ['p', 'q', 'r']) {
      delivery.preview(file(id))
      await world.clock.run(world.clock.sleep(3_000))
    }
    delivery.enclose([{ file: file('done') }])
    await world.clock.run(delivery.finish())
    expect(tries).toBe(2)
    expect(shownIn(world)).toEqual(['*I can’t send files here: no.*'])
  })
})
