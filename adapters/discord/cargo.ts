import type { Part } from '../../src/ports/platform.ts'
import type { WireFile } from './request.ts'

/** The file of a message, in memory for as long as it is sent. */
export interface Cargo {
  /** What the message's body says of it. */
  readonly attachment: Attachment
  readonly file: WireFile
}

interface Attachment {
  /** Its place among the uploaded parts. */
  readonly id: '0'
  readonly filename: string
  readonly description?: string
  /** A voice message's length in seconds. */
  readonly duration_secs?: number
  /** A voice message's loudness, base64. */
  readonly waveform?: string
}

/** "Attachment Object": characters of a description. */
const LONGEST_DESCRIPTION = 1_024

/** As Discord's own clients name it. */
const VOICE_NAME = 'voice-message.ogg'

/** Reads a part's file whole; it is no longer than Discord takes. Rejects when it can't be read any more. */
export async function load(file: NonNullable<Part['file']>): Promise<Cargo> {
  if (file.kind === 'text') return cargo(file.name, { bytes: new TextEncoder().encode(file.text) })
  const bytes = new Uint8Array(await file.body.arrayBuffer())
  const { voice, type } = file
  if (voice) {
    const waveform = Buffer.from(voice.waveform).toString('base64')
    return cargo(VOICE_NAME, { bytes, type }, { duration_secs: voice.seconds, waveform })
  }
  const description = file.description.slice(0, LONGEST_DESCRIPTION).toWellFormed()
  return cargo(file.name, { bytes, type }, description === '' ? {} : { description })
}

const cargo = (name: string, content: Omit<WireFile, 'name'>, more: Partial<Attachment> = {}): Cargo => ({
  attachment: { id: '0', filename: name, ...more },
  file: { name, ...content },
})

/** Bytes. A text's UTF-8 is counted without being made. */
export const sizeOf = (file: NonNullable<Part['file']>): number =>
  file.kind === 'text' ? Buffer.byteLength(file.text) : file.size

export const isVoice = ({ file }: Pick<Part, 'file'>): boolean =>
  file !== undefined && file.kind !== 'text' && file.voice !== undefined
