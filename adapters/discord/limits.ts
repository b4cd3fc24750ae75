import type { Capabilities, Limits } from '../../src/ports/platform.ts'

/** Discord's documents: "Create Message" (2000 characters, 10 attachments) and "Uploading Files" (10 MiB without boosts). */
export const limits: Limits = {
  message: 2_000,
  filesPerMessage: 10,
  fileBytes: 10 * 1024 * 1024,
  // More would push everybody else's words out of sight.
  messagesPerAnswer: 5,
}

export const can: Capabilities = {
  edit: true,
  threads: true,
  buttons: true,
  private: 'via',
  changesFiles: true,
}

/**
 * UTF-16 units. Discord counts code points (discord-api-docs #1315), its clients count units: these are never fewer, so
 * that what fits here fits everywhere.
 */
export const measure = (markdown: string): number => markdown.length

/** "Start Thread from Message": 1-100 characters. */
const LONGEST_NAME = 100

/** A thread's name: one line, never empty, within Discord's limit. */
export function threadName(title: string): string {
  const line = title
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  const cut =
    line.length <= LONGEST_NAME ? line : `${line.slice(0, LONGEST_NAME - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
  return cut === '' ? 'Question' : cut
}
