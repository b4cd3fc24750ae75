/** The last part of a name that somebody gave, without what could fool a terminal, a reader or a path. */
export function plainFileName(name: string, otherwise = 'file'): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const plain = last.replace(/[\p{Cc}\p{Cf}]/gu, '').trim()
  return plain === '' || /^\.+$/.test(plain) ? otherwise : plain.slice(-200).toWellFormed()
}
