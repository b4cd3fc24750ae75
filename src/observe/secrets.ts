/** Takes every known secret out of a text. */
export type Scrub = (text: string) => string

const mark = '[secret]'

/** Below this length a secret is only taken out where it stands alone: as a part of words it would eat the log. */
const shortest = 8

/**
 * Finds the secrets as they are, URL-encoded, escaped as in JSON, and in base64 (standard and URL-safe, at whatever
 * offset they lie in the encoded bytes).
 */
export function createScrubber(secrets: readonly string[]): Scrub {
  const forms = [...new Set(secrets.filter((secret) => secret.length > 0).flatMap(formsOf))]
  if (forms.length === 0) return (text) => text
  // The longest first: a form that contains another is taken out whole.
  const pattern = new RegExp(forms.toSorted((a, b) => b.length - a.length).join('|'), 'g')
  return (text) => text.replace(pattern, mark)
}

function formsOf(secret: string): string[] {
  const written = [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)]
  if (secret.length < shortest) return written.map((form) => `(?<![\\w-])${escaped(form)}(?![\\w-])`)
  const twice = JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)
  return [...written, twice, written[1]?.toLowerCase() ?? secret, ...base64Forms(secret)].map((form) =>
    escaped(form),
  )
}

/** Base64 turns 3 bytes into 4 letters, so a secret inside other text is encoded in one of three ways. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    const whole = Math.floor(padded.length / 3) * 4
    // The first letters mix with what stands before, the last with what follows.
    const inner = padded.toString('base64').slice(offset === 0 ? 0 : offset + 1, whole)
    const urlSafe = inner.replaceAll('+', '-').replaceAll('/', '_')
    return inner.length < shortest ? [] : [inner, urlSafe]
  })
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
