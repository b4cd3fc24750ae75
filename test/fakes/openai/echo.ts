import { imageSize } from 'image-size'
import { fieldsOf, type Received } from './received.ts'
import type { Beat, Script } from './script.ts'

/** The answer when nothing is scripted: the person's last words, and the pictures that came with them, word by word. */
export function echo(received: Received, tokenDelayMs: number): Script {
  const { words, pictures } = lastFromPerson(received)
  const seen =
    pictures.length === 0
      ? ''
      : `\n\nI see ${pictures.length} image(s): ${pictures.map(describe).join('; ')}.`
  const said = `You said: “${words}”.${seen}`
  const tokens = said.match(/\s*\S+/g) ?? [said]
  return {
    beats: tokens.flatMap((token): Beat[] => {
      const beat: Beat = { kind: 'text', text: token }
      return tokenDelayMs > 0 ? [{ kind: 'pause', ms: tokenDelayMs }, beat] : [beat]
    }),
  }
}

interface Content {
  readonly text?: unknown
  readonly image_url?: unknown
}

function lastFromPerson(received: Received): { words: string; pictures: string[] } {
  const { input, messages } = fieldsOf(received)
  if (typeof input === 'string') return { words: input, pictures: [] }
  const all: readonly { role?: unknown; content?: unknown }[] = Array.isArray(input ?? messages)
    ? ((input ?? messages) as readonly { role?: unknown; content?: unknown }[])
    : []
  const content = all.findLast(({ role }) => role === 'user')?.content
  if (typeof content === 'string') return { words: content, pictures: [] }
  const parts: readonly Content[] = Array.isArray(content) ? content : []
  return {
    words: parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])).join(' '),
    pictures: parts.flatMap(({ image_url }) => pictureUrl(image_url)),
  }
}

function pictureUrl(found: unknown): string[] {
  if (typeof found === 'string') return [found]
  if (typeof found !== 'object' || found === null || !('url' in found)) return []
  return [String(found.url)]
}

function describe(url: string): string {
  const [, type, base64] = /^data:([^;]+);base64,(.*)$/s.exec(url) ?? []
  if (type === undefined || base64 === undefined) return url
  const bytes = Buffer.from(base64, 'base64')
  return `${type}, ${bytes.length} bytes, ${dimensions(bytes)}`
}

function dimensions(bytes: Buffer): string {
  try {
    const { width, height } = imageSize(bytes)
    return `${width}×${height}`
  } catch (error) {
    return `unreadable (${error instanceof Error ? error.message : String(error)})`
  }
}
