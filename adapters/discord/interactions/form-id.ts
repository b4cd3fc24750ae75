/** What the id of a form carries, so that it can be submitted after a restart. */
export interface FormId {
  readonly command: string
  /** The message from whose menu it was opened. */
  readonly target: string | null
  /** For each field in order whether it held something: an emptied field is an answer, an empty one is none. */
  readonly filled: readonly boolean[]
}

/** At most 100 characters (Discord's limit): a command's name has at most 32, a message's id 20. */
export const writeFormId = ({ command, target, filled }: FormId): string =>
  `parley.form.${command}.${target ?? ''}.${filled.map(Number).join('')}`

const shape = /^parley\.form\.([-_\p{L}\p{N}]{1,32})\.(\d{0,20})\.([01]{0,5})$/u

/** null: not the id of a form of ours, or of one that this version doesn't know. */
export function readFormId(id: string): FormId | null {
  const [, command, target, filled] = shape.exec(id) ?? []
  if (command === undefined || filled === undefined) return null
  return { command, target: target || null, filled: [...filled].map((each) => each === '1') }
}
