import type { CallEntry } from '../test/fakes/slack/ledger.ts'
import { createSight, type Sight } from './seen.ts'

/** Follows, call by call, what people see of each answer. */
export interface Shown extends Omit<Sight, 'note'> {
  take(entry: CallEntry): void
}

interface Args {
  readonly channel?: string
  readonly ts?: string
  readonly thread_ts?: string
  readonly markdown_text?: string
  readonly chunks?: readonly { readonly type: string; readonly text?: string }[]
  readonly blocks?: readonly { readonly type: string; readonly text?: unknown }[]
}

/** `asked`: the question's number by its channel and `ts`, as `keyOf` writes them. */
export function shownBy(text: string, asked: ReadonlyMap<string, number>): Shown {
  const answers = new Map<string, { readonly index: number; text: string }>()
  const { note, ...sight } = createSight()

  function take({ carriedOut, ok, method, args, answer, at }: CallEntry): void {
    if (!carriedOut || !ok) return
    const said = args as Args
    const channel = said.channel ?? ''
    if (method === 'chat.postMessage' || method === 'chat.startStream') {
      const index = asked.get(keyOf(channel, said.thread_ts ?? ''))
      if (index === undefined) return
      const key = keyOf(channel, (answer as { ts: string }).ts)
      answers.set(key, { index, text: '' })
      shows(key, textOf(said), at)
      return
    }
    const key = keyOf(channel, said.ts ?? '')
    if (method === 'chat.update') shows(key, textOf(said), at)
    else if (method === 'chat.appendStream' || method === 'chat.stopStream')
      shows(key, `${answers.get(key)?.text ?? ''}${textOf(said)}`, at)
  }

  function shows(key: string, now: string, at: number): void {
    const shown = answers.get(key)
    if (shown === undefined) return
    const isWhole = now.trim() === text
    if (now === shown.text && !isWhole) return
    shown.text = now
    if (now.trim() !== '') note(shown.index, at, isWhole)
  }

  return { take, ...sight }
}

export const keyOf = (channel: string, ts: string): string => `${channel} ${ts}`

function textOf({ markdown_text, chunks, blocks }: Args): string {
  if (markdown_text !== undefined) return markdown_text
  const pieces = chunks ?? blocks ?? []
  return pieces
    .flatMap(({ type, text }) => (/^markdown/.test(type) && typeof text === 'string' ? [text] : []))
    .join('')
}
