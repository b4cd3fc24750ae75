import type { EventStream } from './event-stream.ts'
import type { Voice } from './perform.ts'
import type { Received } from './received.ts'

/** A painting in the events of `/images/generations` and `/images/edits`: of a script, the pictures alone. */
export function imageVoice({ path }: Received, stream: EventStream): Voice {
  const kind = path === '/images/edits' ? 'image_edit' : 'image_generation'
  let partials = 0
  return {
    begin: () => undefined,
    say(beat) {
      if (beat.kind !== 'image') return
      const type = `${kind}.${beat.partial ? 'partial_image' : 'completed'}`
      const more = beat.partial
        ? { partial_image_index: partials++ }
        : { usage: { input_tokens: 10, output_tokens: 200, total_tokens: 210 } }
      const shown = { type, b64_json: beat.base64, output_format: 'png', created_at: 1_790_000_000, ...more }
      stream.send(JSON.stringify(shown), type)
    },
    end: () => undefined,
  }
}
