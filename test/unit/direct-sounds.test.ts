import { expect, it } from 'vitest'
import { createDirectSounds, type DirectSoundsDeps } from '../../src/conversation/direct-sounds.ts'
import type { Heard, Hearing, HearingHow, Unheard } from '../../src/media/hearing.ts'
import { createRoom } from '../../src/media/room.ts'
import { silentLog } from '../../src/observe/log.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import type { TurnTrace } from '../../src/observe/trace.ts'
import { createTraces } from '../../src/observe/traces.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { SpeakHow, Speaking } from '../../src/speech/speaking.ts'
import { simulatedClock } from '../fakes/clock.ts'

const clock = simulatedClock()
const disk = createRoom({ clock })
const spender = { platform: 'rest', workspace: 'local', channel: 'speech', person: 'key' }
const never = new AbortController().signal

const hello: Heard = { kind: 'heard', text: 'Hello.', language: null, seconds: 2, lines: [] }

function world(fails: Error | null = null, heard: Heard | Unheard = hello) {
  const traces = createTraces({ clock, log: silentLog(), metrics: createMetrics() })
  const ended: TurnTrace[] = []
  traces.feed.subscribe((trace) => {
    if (trace.outcome !== null) ended.push(trace)
  })
  const buy = ({ payer }: Pick<HearingHow | SpeakHow, 'payer'>) => {
    payer.booked?.(3_000_000)
    if (fails) throw fails
  }
  const speaking = {
    async speak(_: unknown, how: SpeakHow) {
      buy(how)
      const about = { kind: 'sound', name: 'speech.mp3', type: 'audio/mpeg', seconds: 2 }
      return { kept: { key: 'k', size: 1, about, body: new Blob(['x']) }, cut: false }
    },
  } as unknown as Speaking
  const hearing = {
    async hear(_: unknown, how: HearingHow) {
      buy(how)
      return heard
    },
  } as unknown as Hearing
  const scratch = { open: async () => ({ close: async () => {} }) } as unknown as DirectSoundsDeps['scratch']
  const voice = { name: 'alloy', format: 'mp3', speed: 1, instructions: '' } as const
  const sounds = createDirectSounds({
    ...{ speakingBy: () => speaking, hearingBy: () => hearing, scratch, disk, clock, traces, closing: never },
    defaults: { speechModel: 'a-voice', transcribeModel: 'an-ear', voice },
  })
  const receive = async () => ({ path: '/f', name: 'f.ogg', sha256: '00' })
  return {
    ended,
    speak: (signal = never) => sounds.speak({ id: 'rest_1', spender, text: 'Hi.' }, signal),
    transcribe: () => sounds.transcribe({ id: 'rest_2', spender, receive }, never),
  }
}

it('each request leaves one trace, with its model and what it cost', async () => {
  const { speak, transcribe, ended } = world()
  await speak()
  await transcribe()
  const shared = { platform: 'rest', channel: '', outcome: 'answered', costUsd: 0.003 }
  expect(ended).toMatchObject([
    { turn: 'rest_1', model: 'a-voice', ...shared },
    { turn: 'rest_2', model: 'an-ear', ...shared },
  ])
})

it('a recording that this machine has no room for just now may come again', async () => {
  const { transcribe, ended } = world(null, { kind: 'skipped', why: 'too many files', passing: true })
  await expect(transcribe()).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 30_000 })
  expect(ended).toMatchObject([{ outcome: 'refused' }])
})

it('a request that failed, or whose caller left, says so', async () => {
  const failing = world(new ModelError('server', 'It has a problem (500).'))
  await expect(failing.transcribe()).rejects.toThrow()
  expect(failing.ended).toMatchObject([{ outcome: 'failed', error: 'It has a problem (500).' }])
  const left = world(new Error('gone'))
  await expect(left.speak(AbortSignal.abort('gone'))).rejects.toThrow()
  expect(left.ended.map(({ outcome }) => outcome)).toEqual(['stopped'])
})
