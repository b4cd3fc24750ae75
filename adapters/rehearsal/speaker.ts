import { createHash } from 'node:crypto'
import { ModelError } from '../../src/ports/failure.ts'
import type { Speaker, SpeakRequest } from '../../src/ports/model.ts'
import { stopIfAborted, stopped } from './aborted.ts'
import { SAMPLE_RATE, waveHeader } from './wave.ts'

/** As people speak, and a bound on what a long text makes. */
const CHARACTERS_A_SECOND = 15
const LONGEST_SECONDS = 30
const LONGEST_TEXT = 4096
const LOUDNESS = 6000

/** Hums for as long as reading the text aloud would take, each voice at its own pitch. It has WAV alone, and pcm: other formats get WAV. */
export function rehearsalSpeaker(): Speaker {
  return {
    async speak(request, signal) {
      stopIfAborted(signal)
      refuse(request)
      const seconds = Math.min(
        LONGEST_SECONDS,
        request.text.length / CHARACTERS_A_SECOND / (request.speed ?? 1),
      )
      return hum(Math.ceil(seconds * SAMPLE_RATE), pitchOf(request.voice), request.format !== 'pcm', signal)
    },
  }
}

function refuse({ text }: SpeakRequest): void {
  if (text.length > LONGEST_TEXT) {
    throw new ModelError(
      'too_long',
      `At most ${LONGEST_TEXT} characters can be read aloud at once. Shorten the text.`,
    )
  }
}

/** A tenth of a second a piece, made when it is read. */
function hum(
  samples: number,
  pitch: number,
  header: boolean,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  let made = 0
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (header) controller.enqueue(waveHeader(samples))
    },
    pull(controller) {
      if (signal.aborted) return controller.error(stopped(signal))
      const count = Math.min(SAMPLE_RATE / 10, samples - made)
      if (count > 0) controller.enqueue(tone(made, count, pitch))
      made += count
      if (made >= samples) controller.close()
    },
  })
}

function tone(from: number, count: number, pitch: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(count * 2))
  for (let index = 0; index < count; index++) {
    const turn = (2 * Math.PI * pitch * (from + index)) / SAMPLE_RATE
    view.setInt16(index * 2, Math.round(Math.sin(turn) * LOUDNESS), true)
  }
  return new Uint8Array(view.buffer)
}

/** 160 to 415 Hz. */
function pitchOf(voice: string): number {
  return 160 + (createHash('sha256').update(voice).digest()[0] ?? 0)
}
