import type { PromptImage, PromptPart } from '../../src/ports/model.ts'

/** A `data:` URL of the bytes, or the public address as it is. */
export function imageUrl(image: PromptImage): string {
  if (image.kind === 'url') return image.url
  return `data:${image.type};base64,${Buffer.from(image.bytes).toString('base64')}`
}

/** What stands in for audio, which goes through transcription and not to a chat model. */
export function audioNote(part: Extract<PromptPart, { kind: 'audio' }>): string {
  return `[Audio: ${part.name}, ${part.type}, ${part.seconds.toFixed(1)} s. The recording itself is not included.]`
}

/** The parts as text alone, for roles that can't carry anything else. */
export function plainText(parts: readonly PromptPart[]): string {
  return parts.map(asText).join('\n\n')
}

function asText(part: PromptPart): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'audio':
      return audioNote(part)
    case 'image':
      return part.image.kind === 'bytes' ? `[Image: ${part.image.name}]` : `[Image: ${part.image.url}]`
  }
}
