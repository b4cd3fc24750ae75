/** Text from outside as it may be stored: without NUL (SQLite and others cut text there); lone surrogates become U+FFFD. */
export function cleanText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed()
}
