/** The endings of sounds by the type that their bytes tell, with the dot: programs and providers tell a container by it. */
export const soundEndings = {
  'audio/mpeg': '.mp3',
  'audio/mp4': '.m4a',
  'audio/ogg': '.ogg',
  'audio/webm': '.webm',
  'audio/wav': '.wav',
  'audio/flac': '.flac',
  'audio/aac': '.aac',
  'audio/pcm': '.pcm',
} as const satisfies Readonly<Record<string, string>>

const endings: ReadonlyMap<string, string> = new Map(Object.entries(soundEndings))

export const soundEnding = (type: string): string | null => endings.get(type) ?? null
