import { createHash } from 'node:crypto'

/** What the id of a form carries, so that it can be submitted after a restart. */
export interface FormId {
  readonly command: string
  /** The message from whose menu it was opened. */
  readonly target: string | null
  /** For each field in order the `digestOf` what it showed: one that nobody touched says nothing. */
  readonly shown: readonly string[]
}

/** At most 100 characters (Discord's limit): a command's name has at most 32, a message's id 20. */
export const writeFormId = ({ command, target, shown }: FormId): string =>
  `parley.form.${command}.${target ?? ''}.${shown.join('')}`

/** 30 bits: a change that nobody notices is one in a billion, and five fields have room in the id. */
export const digestOf = (value: string): string =>
  createHash('sha256').update(value).digest('base64url').slice(0, digestLength)

const digestLength = 5
const shape = /^parley\.form\.([-_\p{L}\p{N}]{1,32})\.(\d{0,20})\.((?:[-\w]{5}){0,5})$/u

/** null: not the id of a form of ours, or of one that this version doesn't know. */
export function readFormId(id: string): FormId | null {
  const [, command, target, shown] = shape.exec(id) ?? []
  if (command === undefined || shown === undefined) return null
  return { command, target: target || null, shown: shown.match(/.{5}/g) ?? [] }
}
