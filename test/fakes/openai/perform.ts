import type { ServerResponse } from 'node:http'
import { chatVoice } from './chat-voice.ts'
import { type EventStream, openEventStream } from './event-stream.ts'
import { imageVoice } from './image-voice.ts'
import { fieldsOf, type Received } from './received.ts'
import { responsesVoice } from './responses-voice.ts'
import type { Beat, Ending, Script, WireUsage } from './script.ts'

/** Says a script in the events of one API. */
export interface Voice {
  begin(): void
  say(beat: Exclude<Beat, { kind: 'wait' | 'pause' }>): void
  end(ending: Ending, usage: WireUsage | null): void
}

/** Streams the script as the answer to `received`; stops when it is cut, the client leaves or `stop` aborts. */
export async function perform(
  script: Script,
  received: Received,
  response: ServerResponse,
  stop: AbortSignal,
): Promise<void> {
  const stream = openEventStream(response, script.cut)
  const voice = voiceFor(received, stream)
  voice.begin()
  for (const beat of script.beats) {
    if (!stream.open) return
    if (beat.kind === 'wait') await firstOf(beat.until, received, stop)
    else if (beat.kind === 'pause') await firstOf(pause(beat.ms, stop), received, stop)
    else voice.say(beat)
  }
  if (!stream.open || stop.aborted) return
  const usage = script.usage === undefined ? counted(script, received) : script.usage
  voice.end(script.ending ?? { kind: 'complete' }, usage)
  stream.end()
}

function voiceFor(received: Received, stream: EventStream): Voice {
  if (received.path.startsWith('/images/')) return imageVoice(received, stream)
  return received.path === '/responses' ? responsesVoice(received, stream) : chatVoice(received, stream)
}

async function firstOf(until: Promise<unknown>, received: Received, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return
  const stopped = new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }))
  await Promise.race([until, received.closed, stopped])
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    stop.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}

/** Four characters a token, as a rule of thumb; a picture counts as 255. */
function counted(script: Script, received: Received): WireUsage {
  const prompt = JSON.stringify(fieldsOf(received).input ?? fieldsOf(received).messages ?? '')
  const pictures = prompt.match(/data:image\/[^"]*/g) ?? []
  const words = prompt.length - pictures.join('').length
  const said = (kind: Beat['kind']): number =>
    script.beats.reduce((sum, beat) => sum + (beat.kind === kind && 'text' in beat ? beat.text.length : 0), 0)
  const reasoning = Math.ceil(said('reasoning') / 4)
  return {
    input: Math.ceil(words / 4) + pictures.length * 255,
    cached: 0,
    output: Math.ceil((said('text') + said('refusal')) / 4) + reasoning,
    reasoning,
  }
}
