/** What somebody says of a file; nothing believes it. */
export interface Claims {
  readonly name: string
  readonly type: string | undefined
  readonly description?: string | undefined
  readonly seconds?: number | undefined
  readonly voice?: true | undefined
}

export function claimedType({ type }: Claims): string {
  const essence = type?.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(essence) ? essence : 'application/octet-stream'
}
