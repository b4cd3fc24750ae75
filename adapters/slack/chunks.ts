import type { AnyChunk } from '@slack/types'
import { harmless } from './harmless.ts'
import type { Task } from './stream-notes.ts'

/** A title, as others observed it, takes 256 characters; a line is enough. */
const LONGEST_TITLE = 150

/** What a stream is given: text without live mentions. */
export const textChunk = (text: string): AnyChunk => ({ type: 'markdown_text', text: harmless(text) })

/** Of a stream that begins with what may become a mention: it is closed, so that nothing that follows makes it one. */
export const closedChunk = (text: string): AnyChunk => textChunk(`${text}\u200B`)

export const begun = (task: Task | null): AnyChunk[] =>
  task ? [{ type: 'task_update', ...task, status: 'in_progress' }] : []

export const completed = (task: Task | null): AnyChunk[] =>
  task ? [{ type: 'task_update', ...task, status: 'complete' }] : []

export const taskTitle = (title: string): string =>
  harmless(
    title
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LONGEST_TITLE)
      .replace(/[\uD800-\uDBFF]$/, ''),
  )
