export type Scrub = (text: string) => string

const HIDDEN = '[hidden]'
/** Shorter fragments would match ordinary words. */
const SHORTEST_SECRET = 6

/** Replaces the secret, also URL-encoded and base64, and anything that looks like a bearer token or an OpenAI key. */
export function scrubber(secret: string | null): Scrub {
  const forms = secret && secret.length >= SHORTEST_SECRET ? formsOf(secret) : []
  return (text) => {
    const hidden = forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text)
    return hidden.replace(/\bBearer\s+[\w.~+/=-]+/gi, `Bearer ${HIDDEN}`).replace(/\bsk-[\w*.-]{6,}/g, HIDDEN)
  }
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64')
  return [...new Set([secret, encodeURIComponent(secret), base64, base64.replace(/=+$/, '')])]
}
