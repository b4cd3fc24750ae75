import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { Part, SendOptions } from '../../src/ports/platform.ts'
import type { AnswerFiles } from './answer-files.ts'
import { creation, whisper } from './body.ts'
import { type FileMessages, textUpload } from './file-messages.ts'
import { limits, measure } from './limits.ts'
import { isOutside, outcomeOf } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { ResponseUrls } from './response-url.ts'
import type { Streams } from './streams.ts'
import type { Uploads } from './upload.ts'
import { privateRef, type Target } from './ways.ts'
import type { Reply } from './wire.ts'

export interface Sending extends Outgoing {
  readonly streams: Streams
  readonly uploads: Uploads
  readonly files: AnswerFiles
  readonly media: FileMessages
  readonly responses: ResponseUrls
}

interface Posted {
  readonly ts?: unknown
  readonly message_ts?: unknown
}

/** Sends one message of an answer. */
export function createSending({ wire, ways, streams, uploads, files, media, responses }: Sending) {
  async function send(place: Place, part: Part, how: SendOptions): Promise<Outcome> {
    const { signal, nonce } = how
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    if (measure(part.markdown) > limits.message) return { kind: 'too_long' }
    const target = ways.of(place, how.privateTo)
    if (part.file && part.file.kind !== 'text') return media.send(place, target, part.file, how)
    if (target.kind === 'closed') return { kind: 'forbidden', why: target.why }
    if (target.kind === 'response') return responses.post(place, target, part, nonce, signal)
    const isStreamed = how.way === 'stream' && !part.file && ways.takesStreams(place)
    if (isStreamed && target.kind === 'channel' && target.thread !== null)
      return streams.start(place, target.channel, target.thread, part, signal)
    if (part.file && target.kind === 'channel') {
      const share = await uploads.share(place, target, textUpload(part.file), `nonce:${nonce}`, signal)
      if (share.kind !== 'shared') return share
      const outcome = await post(place, target, part, how)
      if (outcome.kind === 'sent') await files.note(place, outcome.ref, share.file)
      return outcome
    }
    return post(place, target, part, how)
  }

  async function post(
    place: Place,
    target: Extract<Target, { kind: 'channel' | 'private' }>,
    part: Part,
    { nonce, signal }: SendOptions,
  ): Promise<Outcome> {
    const { channel } = target
    const isPrivate = target.kind === 'private'
    const reply: Reply<Posted> = await wire.call<Posted>(
      {
        team: place.conversation.workspace,
        method: isPrivate ? 'chat.postEphemeral' : 'chat.postMessage',
        args: isPrivate ? whisper(place, part, target) : creation(place, part, { ...target, nonce }),
      },
      signal,
    )
    if (isOutside(reply) && ways.of(place, isPrivate ? target.user : undefined).kind !== 'response') {
      ways.outside(place)
      // The next try finds the response URL; without one Slack's words say what to do.
      if (ways.of(place, isPrivate ? target.user : undefined).kind === 'response')
        return {
          kind: 'not_sent',
          cause: new Error('Parley is not in this channel: the answer goes by the command’s own address'),
        }
    }
    return outcomeOf(reply, ({ ts, message_ts }): MessageRef | null => {
      if (isPrivate) return typeof message_ts === 'string' ? privateRef(channel, message_ts) : null
      return typeof ts === 'string' ? { channel, id: ts } : null
    })
  }

  return send
}
