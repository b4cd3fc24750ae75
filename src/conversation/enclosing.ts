import type { SoundFormat } from '../ports/media-tools.ts'
import type { MediaFile } from '../ports/platform.ts'
import type { Kept } from '../ports/shelf.ts'
import type { Enclosure } from '../reply/enclosure.ts'
import { type PlainSoundDeps, plainSound } from '../speech/plain-sound.ts'
import type { SpeakHow, Speaking, VoiceSettings } from '../speech/speaking.ts'

/** What a draft keeps of a file that goes with an answer: where it lies on the shelf. Plain data. */
export interface Enclosed {
  readonly key: string
  /** It is a voice message. Where that isn't taken, the same goes as an ordinary file. */
  readonly instead?: { readonly text: string; readonly voice: VoiceSettings; readonly format: SoundFormat }
}

/** Opens what a draft keeps. `how`: who pays when something has to be spoken once more, as an ordinary file. */
export interface Enclosing {
  /** null: one of them is not there any more, and has to be made again. */
  open(enclosed: readonly Enclosed[], how: Omit<SpeakHow, 'signal'>): Promise<readonly Enclosure[] | null>
}

export interface EnclosingDeps extends PlainSoundDeps {
  readonly speaking: Speaking
}

export function createEnclosing(deps: EnclosingDeps): Enclosing {
  const { shelf, speaking } = deps
  const openOne = async (
    { key, instead }: Enclosed,
    how: Omit<SpeakHow, 'signal'>,
    index: number,
  ): Promise<Enclosure | null> => {
    const kept = await shelf.take(key)
    if (kept === null) return null
    if (instead === undefined) return { file: fileOf(kept) }
    const { text, voice, format } = instead
    return {
      file: fileOf(kept),
      async plain(signal) {
        const made = await plainSound(deps, kept, format, signal)
        if (made !== null) return fileOf(made)
        const id = `${how.id}:plain:${index}`
        const spoken = await speaking.speak({ text, voice, as: format }, { ...how, id, signal })
        return fileOf(spoken.kept)
      },
    }
  }

  return {
    async open(enclosed, how) {
      const opened = await Promise.all(enclosed.map((one, index) => openOne(one, how, index)))
      return opened.every((one) => one !== null) ? opened : null
    },
  }
}

/** As the delivery knows the picture of this key. */
export const pictureFileId = (key: string): string => `picture:${key}`

function fileOf({ key, size, about, body }: Kept): MediaFile {
  const { kind, name, type, description, seconds, waveform } = about
  const voice = waveform !== undefined && {
    voice: { seconds: seconds ?? 0, waveform: Uint8Array.from(Buffer.from(waveform, 'base64')) },
  }
  return {
    ...{ kind, id: `${kind}:${key}`, name, type, size, body, description },
    ...(seconds !== undefined && { seconds }),
    ...voice,
  }
}
