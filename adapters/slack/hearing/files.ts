import { cleanText } from '../../../src/clean-text.ts'
import type { FileRef, VoiceClaim } from '../../../src/ports/event.ts'
import { fileIdOf } from '../download.ts'
import { type Fields, fieldsOf, idOf, textOf } from '../fields.ts'

/** Of one message, and of one with what it refers to; Slack's clients put ten into one. Who reads them says which were too many. */
export const mostFiles = 30
const nameLimit = 255

/** Deleted, or older than a free plan shows. */
const gone = new Set<unknown>(['tombstone', 'hidden_by_limit'])

/**
 * The bytes are fetched with that workspace's token. Without `url` Slack first has to be
 * asked for it (`files.info`; so it is with files of other companies).
 */
export const filesOf = (workspace: string, files: readonly Fields[]): readonly FileRef[] =>
  files.slice(0, mostFiles).flatMap((file) => {
    const id = idOf(file.id)
    if (id === null || gone.has(file.mode)) return []
    const isHidden = file.file_access === 'check_file_info'
    const { size } = file
    return [
      {
        id: fileIdOf(workspace, id),
        name: cleanText((textOf(file.name) || textOf(file.title) || 'file').slice(0, nameLimit)),
        type: typeOf(file),
        size: typeof size === 'number' && Number.isFinite(size) && size >= 0 ? size : null,
        url: isHidden ? null : (textOf(file.url_private_download) ?? textOf(file.url_private)),
        ...voiceOf(file),
      },
    ]
  })

const clips = new Set<unknown>(['slack_audio', 'slack_video'])
/** UTF-16 units of Slack's own transcript, of which it tells only the beginning. */
const longestTranscript = 20_000

/** Recorded in Slack. What Slack still transcribes is not waited for. */
function voiceOf({ subtype, duration_ms, transcription }: Fields): { voice?: VoiceClaim } {
  if (!clips.has(subtype)) return {}
  const isLength = typeof duration_ms === 'number' && Number.isFinite(duration_ms) && duration_ms > 0
  const { status, preview } = fieldsOf(transcription)
  const { content, has_more } = fieldsOf(preview)
  const said = status === 'complete' ? cleanText(textOf(content) ?? '').trim() : ''
  const cut = said.slice(0, longestTranscript).toWellFormed()
  const transcript = has_more === true || cut.length < said.length ? `${cut} …` : cut
  return {
    voice: { seconds: isLength ? duration_ms / 1_000 : null, ...(said !== '' && { transcript }) },
  }
}

/** Slack calls its voice clips films without a picture. */
function typeOf({ subtype, mimetype }: Fields): string | null {
  const type = textOf(mimetype)?.slice(0, 200) || null
  return subtype === 'slack_audio' && type === 'video/mp4' ? 'audio/mp4' : type
}
