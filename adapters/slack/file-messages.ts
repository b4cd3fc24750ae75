import { createHash } from 'node:crypto'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { MediaFile, SendOptions, TextFile } from '../../src/ports/platform.ts'
import { limits } from './limits.ts'
import { outcomeOf } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Upload, Uploads } from './upload.ts'
import { fileRef, type Target } from './ways.ts'

/** Sounds and pictures: at Slack each is a message of its own, in the thread of its answer. */
export interface FileMessages {
  send(place: Place, target: Target, file: MediaFile, how: SendOptions): Promise<Outcome>
  remove(place: Place, at: MessageRef, file: string, signal: AbortSignal): Promise<Outcome>
  /** null: no file was sent so. Rejects where Slack does not say now. */
  find(place: Place, channel: string, nonce: string, signal: AbortSignal): Promise<MessageRef | null>
}

const forOneWords = 'on Slack everybody in the channel would see it, and this answer is for one person alone'
const outsideWords = 'Parley is not in this channel: invite it there with /invite and its name'

export function createFileMessages({
  wire,
  uploads,
}: Pick<Outgoing, 'wire'> & { readonly uploads: Uploads }): FileMessages {
  return {
    async send(place, target, file, { nonce, signal }) {
      if (target.kind === 'closed') return { kind: 'forbidden', why: target.why }
      if (target.kind !== 'channel') {
        const isPrivate = target.kind === 'private' || target.private
        return { kind: 'no_file', why: isPrivate ? forOneWords : outsideWords }
      }
      if (file.body.size === 0) return { kind: 'no_file', why: 'it is empty' }
      if (file.body.size > limits.fileBytes) return { kind: 'no_file', why: 'it is larger than Slack takes' }
      const share = await uploads.share(place, target, mediaUpload(file), keyOf(nonce), signal)
      if (share.kind === 'shared') return { kind: 'sent', ref: fileRef(target.channel, share.file) }
      // Words may still be let in there, by the response URL at least.
      return share.kind === 'forbidden' ? { kind: 'no_file', why: share.why } : share
    },

    async remove({ conversation: { workspace: team } }, at, file, signal) {
      const reply = await wire.call<unknown>({ team, method: 'files.delete', args: { file } }, signal)
      if (reply.kind === 'refused' && gone.has(reply.error)) return { kind: 'gone' }
      return outcomeOf(reply, () => at)
    },

    async find(place, channel, nonce, signal) {
      const file = await uploads.shared(place, channel, keyOf(nonce), signal)
      return file === null ? null : fileRef(channel, file)
    },
  }
}

const keyOf = (nonce: string): string => `media:${nonce}`

const gone = new Set(['file_not_found', 'file_deleted'])

const mediaUpload = ({ kind, id, name, body, description }: MediaFile): Upload => ({
  name,
  body,
  content: id,
  once: true,
  ...(kind === 'picture' && description !== '' && { alt: description }),
})

export const textUpload = ({ name, text }: TextFile): Upload => ({
  name,
  body: new Blob([text]),
  content: createHash('sha256').update(text).digest('base64url'),
})
