import { rm } from 'node:fs/promises'
import { soundEndings } from '../../../src/media/sound-endings.ts'
import { MediaError } from '../../../src/ports/failure.ts'
import type { SoundFacts, SoundPiece } from '../../../src/ports/media-tools.ts'
import type { CutWish } from '../job.ts'
import { type Cuts, cutsOf, loudnessOf } from './cutting.ts'
import { decoded } from './decoding.ts'
import { factsOf } from './facts.ts'
import { foreignLooks, foreignOf } from './foreign.ts'
import { OPUS_RATE, withPreSkip } from './opus.ts'
import { plainSamples } from './plain.ts'
import { piecesOfSamples } from './sample-pieces.ts'
import { descriptionOf, openSource, type Source } from './source.ts'
import { encodeOpus, writing } from './voice.ts'
import { containers, writePackets } from './writer.ts'

/** Bytes of a container's own headers, and of what it says about each packet: page lacing, sample tables. */
const HEADERS = 16 * 1024
const PER_PACKET = 16

export async function cut(path: string, wish: CutWish): Promise<SoundPiece[]> {
  const plain = await plainSamples(path)
  if (plain !== null) {
    const facts = await factsOf(path)
    const fits = facts.size <= wish.most && facts.seconds <= wish.longest
    return fits ? [whole(path, facts)] : await piecesOfSamples(path, plain, wish)
  }
  const source = await openSource(path)
  if (source === null) return piecesOfForeign(path, wish)
  try {
    const cuts = await plan(source, wish)
    const { type, size, hasPictures } = source.facts
    const isTaken = !hasPictures && type !== bareAac
    if (size <= wish.most && cuts.seconds <= wish.longest && isTaken)
      return [whole(path, { ...source.facts, seconds: cuts.seconds })]
    return await piecesOf(source, cuts, wish)
  } finally {
    source.close()
  }
}

/** Only ffmpeg can read it, and perhaps no provider: speech is as clear in Opus. */
async function piecesOfForeign(path: string, wish: CutWish): Promise<SoundPiece[]> {
  const opus = `${wish.stem}-whole.ogg`
  await foreignLooks(path, await foreignOf(path))
  await encodeOpus(decoded(path, OPUS_RATE, `${wish.stem}-whole.wav`), opus)
  const pieces = await cut(opus, wish)
  if (pieces.every((piece) => piece.path !== opus)) await rm(opus, { force: true })
  return pieces
}

async function plan(source: Source, { most, longest }: CutWish): Promise<Cuts> {
  const loudness = loudnessOf(source.codec)
  try {
    return await cutsOf(source.packets(), loudness, { most: most - HEADERS, perPacket: PER_PACKET, longest })
  } finally {
    loudness.close()
  }
}

/** OpenAI takes no AAC without a container; packets are put into one with no other encoding. */
const bareAac = 'audio/aac'

/** A film's sound has the ending of one without a film. */
const endings: ReadonlyMap<string, string> = new Map([
  ...Object.entries(soundEndings),
  ['video/quicktime', '.m4a'],
  ['audio/x-matroska', '.webm'],
])

const whole = (path: string, { type, seconds, size }: SoundFacts): SoundPiece => ({
  path,
  type,
  ending: endings.get(type) ?? '',
  from: 0,
  seconds,
  size,
})

async function piecesOf(source: Source, cuts: Cuts, { most, stem }: CutWish): Promise<SoundPiece[]> {
  const container = containers[source.codec]
  const packets = source.packets()
  const pieces: SoundPiece[] = []
  let from = 0
  let index = 0
  try {
    for (const end of [...cuts.at, Number.POSITIVE_INFINITY]) {
      const path = `${stem}-${pieces.length + 1}${container.ending}`
      const writer = await writePackets(path, container, source.codec, configOf(source, pieces.length))
      let seconds = 0
      const size = await writing(writer, async () => {
        for (; index < end; index += 1) {
          const next = await packets.next()
          if (next.done === true) return
          await writer.add(next.value.data, next.value.seconds)
          seconds += next.value.seconds
        }
      })
      if (size > most) throw new MediaError('failed', 'it could not be cut into pieces small enough')
      pieces.push({ path, type: container.type, ending: container.ending, from, seconds, size })
      from += seconds
    }
  } finally {
    await packets.return(undefined)
  }
  return pieces
}

/** Only the first piece begins with what the encoder put ahead of the sound. */
function configOf({ codec, config }: Source, piece: number): AudioDecoderConfig {
  const description = descriptionOf(config)
  if (codec !== 'opus' || piece === 0 || description === null) return config
  return { ...config, description: withPreSkip(description, 0) }
}
