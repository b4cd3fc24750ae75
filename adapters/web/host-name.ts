/** The name in a Host header without its port; null when there is none that makes sense. */
export function hostName(header: string | undefined): string | null {
  const found = /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/i.exec(header ?? '')
  return found?.[1] ?? null
}
