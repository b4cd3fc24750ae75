import type { Transcriber } from '../../src/ports/model.ts'
import { stopIfAborted } from './aborted.ts'

/** Names the recording; hears nothing. */
export function rehearsalTranscriber(): Transcriber {
  return {
    async transcribe({ sound, name, type }, signal) {
      stopIfAborted(signal)
      const size = `${sound.size.toLocaleString('en')} bytes of ${type}`
      return {
        text: `[Rehearsal: nobody listened to ${name} (${size}). Set OPENAI_API_KEY for transcripts.]`,
        language: null,
        usage: null,
      }
    },
  }
}
