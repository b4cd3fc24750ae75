import type { Part } from '../ports/platform.ts'

/** Whether people see the same. */
export function sameParts(one: Part, other: Part): boolean {
  return (
    one.markdown === other.markdown &&
    one.state === other.state &&
    sameFiles(one.file, other.file) &&
    one.controls.length === other.controls.length &&
    one.controls.every((control, at) => control === other.controls[at])
  )
}

function sameFiles(one: Part['file'], other: Part['file']): boolean {
  if (one?.kind !== other?.kind) return false
  if (one?.kind === 'text')
    return other?.kind === 'text' && one.name === other.name && one.text === other.text
  return one === undefined || (other?.kind === one.kind && one.id === other.id)
}
