import type { Place } from '../../src/ports/event.ts'
import type { Part } from '../../src/ports/platform.ts'
import { blocksOf } from './blocks.ts'
import { measure } from './limits.ts'

type Args = Readonly<Record<string, unknown>>

/** Under this name an answer's metadata says which message it is. */
export const EVENT_TYPE = 'parley_answer'

/** No previews of links; edits make none. */
const plain = { unfurl_links: false, unfurl_media: false }
/** Without it Slack's own clients' rules hold for what is edited, which turn names into mentions. */
const unparsed = { parse: 'none', link_names: false }

export const creation = (
  place: Place,
  part: Part,
  { channel, thread, nonce }: { channel: string; thread: string | null; nonce: string },
): Args => ({
  channel,
  ...(thread === null ? {} : { thread_ts: thread }),
  ...content(place, part),
  ...plain,
  metadata: { event_type: EVENT_TYPE, event_payload: { nonce } },
})

/** Shown to one person: nothing of it can be changed later, so it has no buttons. */
export const whisper = (
  place: Place,
  part: Part,
  { channel, thread, user }: { channel: string; thread: string | null; user: string },
): Args => ({
  channel,
  user,
  ...(thread === null ? {} : { thread_ts: thread }),
  ...content(place, { ...part, controls: [] }),
})

/** Slack keeps a message's metadata where none are given. */
export const revision = (place: Place, part: Part): Args => ({
  ...content(place, part),
  ...unparsed,
})

function content(place: Place, part: Part): Args {
  const blocks = blocksOf(part.markdown, part.controls, place.conversation)
  const text = part.state === 'writing' ? glimpse(part.markdown) : beside(part.markdown)
  return { text, blocks }
}

/** Characters for a notification. */
const GLIMPSE = 300
/** Characters that Slack's documents advise for `text`. */
const LONGEST = 4_000
/** Bytes of blocks and `text` together (see `limits.message` for where Slack ends). */
const TOGETHER = 10_000

/** For notifications and screen readers, beside the blocks: one line. */
const glimpse = (markdown: string): string =>
  cut(
    escaped(
      markdown
        .slice(0, 2 * GLIMPSE)
        .replace(/\s+/g, ' ')
        .trim(),
    ),
    GLIMPSE,
  )

/** The same once the text is final: exports, searches and other bots read nothing else. */
function beside(markdown: string): string {
  const room = TOGETHER - measure(markdown)
  const text = cut(escaped(markdown.slice(0, LONGEST + 1).trim()), LONGEST)
  if (Buffer.byteLength(text) <= room) return text
  const fits = Buffer.from(text).subarray(0, Math.max(0, room)).toString()
  return fits.length < GLIMPSE ? glimpse(markdown) : cut(text, fits.length - 2)
}

/** Neither a character nor an escaped one is cut in two. */
function cut(text: string, longest: number): string {
  const most = text.toWellFormed()
  if (most.length <= longest) return most === '' ? '…' : most
  return `${most.slice(0, longest - 1).replace(/(?:[\uD800-\uDBFF]|&[a-z]{0,3})$/, '')}…`
}

/**
 * Slack's documents, "Escaping text": characters that Slack gives a meaning, so that nothing is a mention or a link.
 */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
