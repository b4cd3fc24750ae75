import type { Reader } from '../media/reader.ts'
import type { Bought, Buying } from '../policy/buying.ts'
import { isUnpaid } from '../policy/unpaid.ts'
import { ModelError } from '../ports/failure.ts'
import type { Painter, PaintRequest } from '../ports/model.ts'
import type { Shelf } from '../ports/shelf.ts'
import { filesRefused } from '../reply/enclosed.ts'
import { payerOf } from './payer.ts'
import { createPictures } from './pictures.ts'
import { Refused } from './refused.ts'
import type { Task } from './task.ts'
import type { Writing, WritingPlace, Written } from './writing.ts'

export interface PaintingDeps {
  readonly painter: Painter
  readonly imageModel: string
  readonly painting: PaintingOptions
  readonly buying: Buying
  readonly reader: Reader
  readonly shelf: Shelf
}

export interface PaintingOptions {
  /** `1024x1024` or the like, where nobody asked for another; null: the model's choice. */
  readonly size: string | null
  /** Whether the model may paint while it answers. */
  readonly inConversations: boolean
  /** Milliseconds for which pictures are kept: as long as history. */
  readonly keepMs: number
}

type Sources = NonNullable<PaintRequest['images']>

/** Pictures that one painting is made from. */
const MOST_SOURCES = 4

const paintingWords = 'Painting…'
const noPromptWords = 'Say what I shall paint: a few words are enough.'
const noSourceWords = 'I could read none of the attached pictures, so there is nothing to work on.'

export function createPaintingWriting(
  deps: PaintingDeps,
  { attempt, question, platform, running, trace, tell, preview }: WritingPlace,
  task: Extract<Task, { kind: 'paint' }>,
): Writing {
  const { painter, imageModel: model, painting, buying, reader, shelf } = deps
  const payer = payerOf(question, trace.bought)
  let bought: Bought | null = null
  let failure: unknown = null

  async function write(show: (delta: string) => void, signal: AbortSignal): Promise<Written> {
    running.happen('allowed')
    const prompt = question.asked
      .map(({ text }) => text)
      .join('\n\n')
      .trim()
    const only = (mark: string, isFinal: boolean): Written => {
      running.happen('ended')
      return { text: '', mark, charge: null, isFinal }
    }
    if (prompt === '') return only(noPromptWords, true)
    const noFiles = filesRefused(platform, question.place, question.privateTo ?? undefined)
    if (noFiles !== null) return only(noFiles, true)
    const size = sizeOf(task.size ?? painting.size)
    const { conversation } = question.place
    const reading = reader.enter({
      download: (file, until) => platform.download(file, until),
      platform: conversation.platform,
      workspace: conversation.workspace,
      payer,
      signal,
    })
    try {
      const { images, notes } = await sourcesOf(reading)
      if (notes.length > 0) show(`${notes.map((note) => `> ${note}`).join('\n')}\n\n`)
      if (question.asked.some(({ files }) => files.length > 0) && images.length === 0)
        return only(noSourceWords, false)
      return await paint({ prompt, model, ...(size !== null && { size }), images }, signal)
    } finally {
      await reading.close()
    }
  }

  async function sourcesOf(reading: ReturnType<Reader['enter']>) {
    const files = question.asked.flatMap((one) => one.files)
    const read = files.length === 0 ? [] : await reading.read(files.filter(mayBePicture), 'asked')
    const notes = files
      .filter((file) => !mayBePicture(file))
      .map(() => 'A recording is no picture: left out.')
    const images: Sources[number][] = []
    for (const one of read) {
      if (one.kind === 'skipped') {
        notes.push(one.why)
        continue
      }
      if (one.note !== null) notes.push(one.note)
      for (const part of one.parts)
        if (part.kind === 'image' && part.image.kind === 'bytes') images.push(part.image)
    }
    if (images.length > MOST_SOURCES) notes.push(`I work on the first ${MOST_SOURCES} pictures only.`)
    return { images: images.slice(0, MOST_SOURCES), notes }
  }

  async function paint(request: PaintRequest, signal: AbortSignal): Promise<Written> {
    const wares = { kind: 'image' as const, pictures: 1, size: request.size ?? null }
    const open = await buying.open({ id: `${attempt}:image`, payer, model, wares }, signal)
    if (open.kind === 'refused') throw new Refused('budget', open.words, open.retryAfterMs)
    bought = open
    signal.throwIfAborted()
    running.happen('read')
    trace.set({ model })
    trace.mark('modelCalled')
    tell?.({ kind: 'status', text: paintingWords })
    const { prompt } = request
    const { keepMs } = painting
    const pictures = createPictures({ shelf, attempt, prompt, keepMs, ...(preview && { preview }) })
    try {
      for await (const { bytes, type, final, usage } of painter.paint(request, signal)) {
        if (!final) {
          pictures.partial(bytes, type)
          continue
        }
        await settled((own) => own.settle(usage ?? null))
        await pictures.finished(bytes, type)
      }
      // Painters throw when they end without one; this one forgot to.
      if (pictures.count() === 0) throw new ModelError('cut', 'No finished picture came. Try again.')
    } catch (error) {
      failure = error
      throw error
    }
    // A Stop that was taken before the picture was there stays a Stop.
    if (!running.happen('ended')) throw signal.reason
    trace.mark('lastToken')
    const { enclosed, files } = pictures
    return { text: '', mark: null, charge: null, enclosed, files }
  }

  async function settled(how: (open: Bought) => Promise<void>): Promise<void> {
    const open = bought
    bought = null
    if (open !== null) await how(open)
  }

  return {
    write,
    async settleUp() {
      // What was begun is painted to its end, whether anybody waits for it or not.
      await settled((open) => (failure === null || isUnpaid(failure) ? open.release() : open.settle(null)))
      return { text: '', charge: null }
    },
  }
}

const mayBePicture = ({ type, voice }: { type: string | null; voice?: unknown }): boolean =>
  voice === undefined && !/^(audio|video)\//.test(type ?? '')

/** null: the model's choice. */
function sizeOf(asked: string | null): string | null {
  if (asked === null || asked === 'auto') return null
  if (/^[1-9]\d{1,4}x[1-9]\d{1,4}$/.test(asked)) return asked
  throw new Refused(
    'bad_input',
    'That is no size for a picture. Give it as width and height, like `1024x1024`.',
  )
}
