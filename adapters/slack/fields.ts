/** What may be anything, read without trust: for bodies that come from outside. */
export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Without lone surrogates and NUL. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : null

/** Ids of Slack: letters and digits. */
export const idOf = (value: unknown): string | null =>
  typeof value === 'string' && /^[A-Z][A-Z0-9]{1,40}$/.test(value) ? value : null

/** `1795151317.000001` */
export const tsOf = (value: unknown): string | null =>
  typeof value === 'string' && /^\d{1,16}\.\d{1,16}$/.test(value) ? value : null
