import { cleanText } from '../../../src/clean-text.ts'
import type { FileRef } from '../../../src/ports/event.ts'
import { fileIdOf } from '../download.ts'
import { type Fields, idOf, textOf } from '../fields.ts'

/** Of one message, with what it refers to. */
export const mostFiles = 10
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
      },
    ]
  })

/** Slack calls its voice clips films without a picture. */
function typeOf({ subtype, mimetype }: Fields): string | null {
  const type = textOf(mimetype)?.slice(0, 200) || null
  return subtype === 'slack_audio' && type === 'video/mp4' ? 'audio/mp4' : type
}
