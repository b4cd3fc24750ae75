import { StorageError } from '../../src/ports/failure.ts'

/** JSON as it is stored. NUL characters go (SQLite and others cut text at them), lone surrogates become U+FFFD. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'string' ? cleanText(part) : part)) ?? 'null'
}

export function cleanText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed()
}

export function fromJson<T>(json: string): T {
  try {
    return JSON.parse(json) as T
  } catch (error) {
    throw new StorageError(
      'A stored record can not be read: the database is damaged. Stop Parley and restore the file from a copy.',
      error,
    )
  }
}
