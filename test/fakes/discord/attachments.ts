import { imageSize } from 'image-size'
import { type Fields, fieldsAt, listAt, textAt } from './fields.ts'
import type { SentFile } from './ledger.ts'
import { invalid, Refusal, refusal } from './refusal.ts'
import type { AttachmentState } from './states.ts'
import type { World } from './world.ts'

const MOST_POINTS = 256
const LONGEST_DESCRIPTION = 1_024

export function attachmentsOf(world: World, channelId: string, listed: unknown, files: readonly SentFile[]) {
  const { limits } = world
  if (files.length > limits.files)
    throw invalid(['attachments'], 'BASE_TYPE_MAX_LENGTH', `Must be ${limits.files} or fewer in length.`)
  for (const file of files) if (file.bytes.length > limits.fileBytes) throw refusal(40005)
  const entries: (Fields | undefined)[] =
    listed === undefined || listed === null
      ? []
      : listAt(['attachments'], listed, { max: limits.files }).map((one, index) =>
          fieldsAt(['attachments', index], one),
        )
  const described = new Map(entries.map((entry) => [String(entry?.id), entry]))
  const added = files.map((file): AttachmentState => {
    const number = /^files\[(\d+)\]$/.exec(file.field)?.[1]
    if (number === undefined)
      throw new Refusal(400, 50035, `Invalid Form Body: the part '${file.field}' is none of files[n]`)
    const entry = described.get(number)
    described.delete(number)
    const name = typeof entry?.filename === 'string' ? entry.filename : file.name
    const voice = typeof entry?.waveform === 'string' && typeof entry.duration_secs === 'number'
    return newAttachment(world, channelId, {
      name,
      type: file.type,
      bytes: file.bytes,
      description:
        entry?.description == null
          ? null
          : textAt(['attachments', Number(number), 'description'], entry.description, {
              max: LONGEST_DESCRIPTION,
            }),
      voice: voice ? { seconds: entry.duration_secs as number, waveform: entry.waveform as string } : null,
    })
  })
  // What is left over are attachments that stand already, or numbers without a file.
  for (const id of described.keys())
    if (id.length < 15) throw invalid(['attachments'], 'FAKE_NO_FILE', `There is no part files[${id}]`)
  return { kept: listed === undefined || listed === null ? undefined : [...described.keys()], added }
}

export function newAttachment(
  world: World,
  channelId: string,
  file: Pick<AttachmentState, 'name' | 'bytes'> & Partial<AttachmentState>,
): AttachmentState {
  const type = file.type ?? 'application/octet-stream'
  let size: AttachmentState['size'] = null
  if (type.startsWith('image/'))
    try {
      const { width, height } = imageSize(file.bytes)
      size = { width, height }
    } catch {
      // Discord, too, gives no size for what only claims to be an image.
    }
  return {
    id: world.id(),
    channelId,
    type,
    description: null,
    voice: null,
    size,
    ...file,
    name: file.name.replaceAll(/[^\w.-]/g, '_'),
  }
}

/** Nothing but one sound, with its length and its loudness: at most 256 points, a byte each. */
export function checkVoice(others: readonly unknown[], added: readonly AttachmentState[]): void {
  if (others.some((one) => (Array.isArray(one) ? one.length > 0 : one))) throw refusal(50159)
  const [sound, second] = added
  if (sound === undefined || second !== undefined || !sound.type.startsWith('audio/')) throw refusal(50160)
  const { seconds = 0, waveform = '' } = sound.voice ?? {}
  const points = Buffer.from(waveform, 'base64')
  if (seconds <= 0 || points.length === 0 || points.length > MOST_POINTS) throw refusal(50161)
  if (points.toString('base64') !== waveform) throw refusal(50161)
}
