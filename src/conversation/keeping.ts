import type { DraftPart } from '../ports/inbox.ts'
import type { MediaFile } from '../ports/platform.ts'
import type { Enclosure } from '../reply/enclosure.ts'
import { type Enclosing, pictureFileId } from './enclosing.ts'
import type { Memory, StoredMessage } from './memory.ts'
import { shelfKeyOf } from './pictures.ts'
import { answersOf, type Question } from './question.ts'
import { saidIn, type Whole } from './wholeness.ts'

/** The answer that is to be written again, as it stands. */
export type Before = Pick<StoredMessage, 'text' | 'files' | 'broken'>

/** The keys of its pictures on the shelf. */
const picturesOf = ({ files }: Before): string[] => files.flatMap((file) => shelfKeyOf(file) ?? [])

/** null: there is none; or words of its question were changed or taken back, and what it says of them goes with them. */
export async function answerBefore(memory: Memory, question: Question): Promise<Before | null> {
  const { again, conversation } = question
  if (again === null || again.answers !== answersOf(question)) return null
  return memory.message(conversation, again.epoch, again.answer)
}

/** Whether its pictures could be shown once more. */
export async function isOnShelf(
  enclosing: Enclosing,
  before: Before | null,
  how: Parameters<Enclosing['open']>[1],
): Promise<boolean> {
  const enclosed = before === null ? [] : picturesOf(before).map((key) => ({ key }))
  return (await enclosing.open(enclosed, how)) !== null
}

/**
 * An answer that could not be written again, or was stopped before there was anything of it, stays as it was, with the
 * reason below it. null: there is something new, or nothing to be kept.
 */
export function keptInstead(before: Before, whole: Whole, isStopped: boolean): Whole | null {
  const { text, files, broken = false } = before
  const isNothing = saidIn(whole).trim() === '' && (whole.enclosed ?? []).length === 0
  const hasFailed = whole.outcome === 'refused' || whole.outcome === 'failed' || isStopped
  const keys = picturesOf(before)
  if (!isNothing || !hasFailed || (text.trim() === '' && keys.length === 0)) return null
  return {
    ...whole,
    shown: whole.shown + text,
    saidFrom: whole.shown.length,
    state: broken ? 'stopped' : 'done',
    isFinal: false,
    isAsBefore: true,
    enclosed: keys.map((key) => ({ key })),
    files,
    mark: `*— not written again: ${isStopped ? 'it was stopped' : whole.mark}*`,
  }
}

/**
 * The same where its pictures are not on the shelf any more: their messages are left alone, and the reason goes below
 * them, for what follows a longer text would have to be sent anew.
 */
export function keptStanding(instead: Whole, parts: readonly DraftPart[]): Whole {
  const stand = new Set(parts.flatMap(({ ref, removed, file }) => (ref && !removed && file ? [file.id] : [])))
  const keys = (instead.enclosed ?? []).map(({ key }) => key).filter((key) => stand.has(pictureFileId(key)))
  if (keys.length === 0) return { ...instead, enclosed: [] }
  return { ...instead, enclosed: [], mark: '', standing: { keys, words: instead.mark ?? '' } }
}

/** What stands there already, and the words below it. */
export function standingEnclosures({ standing }: Whole): Enclosure[] {
  if (standing === undefined) return []
  const { keys, words } = standing
  return [
    ...keys.map((key) => ({ file: absent(pictureFileId(key)) })),
    { file: absent(`kept:${keys.join()}`), words },
  ]
}

/** Its bytes are not here: it can't be sent. */
const absent = (id: string): MediaFile => ({
  ...{ kind: 'picture', id, name: 'picture.png', type: 'image/png', size: 0, description: '' },
  body: new Blob([]),
})
