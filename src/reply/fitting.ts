import type { DraftFile } from '../ports/inbox.ts'
import type { Slots } from './slots.ts'

/** Of a picture that is not the finished one. */
const CHANGING = '~'

/** The mark of a picture on its way, never that of a finished one. */
export const onItsWay = (id: string): DraftFile => ({ kind: 'picture', id: `${CHANGING}${id}` })

/**
 * Whether message `index` can become one that carries `wanted` (null: one of the text). `intend`: it was not sent yet,
 * and it has to be known first what it will be, lest a later try takes it for another. `unmark`: for the same reason it
 * has to be known first that the finished picture in it is about to be changed.
 */
export function fits(
  { slots, changesFiles }: { readonly slots: Slots; readonly changesFiles: boolean },
  index: number,
  wanted: DraftFile | null,
): 'as_it_is' | 'intend' | 'unmark' | 'replace' {
  const slot = slots.get(index)
  const has = slots.file(index)
  if (slot.kind === 'none' || has?.id === wanted?.id) return 'as_it_is'
  if (slot.kind === 'intended' && !slot.again) return 'intend'
  // What a person deleted is not shown again, but the text is.
  if (slot.kind === 'gone' && has && wanted) return 'as_it_is'
  const isChanged = has?.kind === 'picture' && wanted?.kind === 'picture' && changesFiles
  if (!isChanged || slot.kind !== 'shown' || slot.fixed) return 'replace'
  return has.id.startsWith(CHANGING) ? 'as_it_is' : 'unmark'
}
