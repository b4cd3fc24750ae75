/** What may be anything, read without trust: for bodies that come from outside. */
export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Without lone surrogates and NUL. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : null

/** An id, for use inside an expression. Slack's own are capitals and digits, which it does not promise. */
export const idShape = '[\\w.-]{1,64}'
const wholeId = new RegExp(`^${idShape}$`)

export const isId = (value: unknown): value is string => typeof value === 'string' && wholeId.test(value)

export const idOf = (value: unknown): string | null => (isId(value) ? value : null)

/** `1795151317.000001` */
export const tsOf = (value: unknown): string | null =>
  typeof value === 'string' && /^\d{1,16}\.\d{1,16}$/.test(value) ? value : null
