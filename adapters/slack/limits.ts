import type { Capabilities, Limits } from '../../src/ports/platform.ts'
import { harmless } from './harmless.ts'

/**
 * Slack's documents give a markdown block 12,000 characters; all of a message together fails from some 10,600 bytes on,
 * as others observed it. Files: 1 GB each, ten to a message.
 */
export const limits: Limits = {
  message: 9_000,
  filesPerMessage: 10,
  fileBytes: 1024 ** 3,
  // More would push everybody else's words out of sight.
  messagesPerAnswer: 12,
  // Slack ends a stream some five minutes after it began.
  streamMs: 240_000,
}

/** A file is shared with everybody who sees the thread, and stands there as it is: an edit never changes it. */
export const can: Capabilities = {
  edit: true,
  threads: true,
  buttons: true,
  private: 'everywhere',
  privateFiles: false,
}

/** UTF-8 bytes as they go over the wire, with what keeps mentions from pinging. */
export const measure = (markdown: string): number => Buffer.byteLength(harmless(markdown))

/** So that a list of threads stays readable. */
const LONGEST_TITLE = 100

/** A thread's title: one line, never empty. */
export function threadTitle(title: string): string {
  const line = title
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  const cut =
    line.length <= LONGEST_TITLE
      ? line
      : `${line.slice(0, LONGEST_TITLE - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
  return cut === '' ? 'Question' : harmless(cut)
}
