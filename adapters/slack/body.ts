import type { Place } from '../../src/ports/event.ts'
import type { Part } from '../../src/ports/platform.ts'
import { blocksOf } from './blocks.ts'

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
  return { text: fallback(part.markdown), blocks }
}

/** For notifications and screen readers, beside the blocks. */
const FALLBACK = 300

/** Characters that Slack gives a meaning are escaped, so that nothing in it is a mention or a link. */
export function fallback(markdown: string): string {
  const line = markdown
    .slice(0, FALLBACK + 100)
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .trim()
  const cut = line.length <= FALLBACK ? line : `${line.slice(0, FALLBACK).replace(/[\uD800-\uDBFF]$/, '')}…`
  return escaped(cut === '' ? '…' : cut)
}

/** Slack's documents, "Escaping text". */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
