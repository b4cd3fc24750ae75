import type { Transcriber } from '../../src/ports/model.ts'
import { stopIfAborted } from './aborted.ts'
import { waveSeconds } from './wave.ts'

/** Names the recording; hears nothing. */
export function rehearsalTranscriber(): Transcriber {
  return {
    async transcribe({ bytes, name }, signal) {
      stopIfAborted(signal)
      const seconds = waveSeconds(bytes)
      const length = seconds === null ? '' : `${seconds.toFixed(1)} seconds, `
      const size = `${bytes.length.toLocaleString('en')} bytes`
      return {
        text: `[Rehearsal: nobody listened to ${name} (${length}${size}). Set OPENAI_API_KEY for transcripts.]`,
        language: null,
        usage: null,
      }
    },
  }
}
