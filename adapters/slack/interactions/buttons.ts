import type { Clock } from '../../../src/ports/clock.ts'
import type { InboundEvent, MessageRef, Place } from '../../../src/ports/event.ts'
import { createRecent } from '../../../src/recent.ts'
import type { Installations } from '../installations/installation.ts'
import { isBetweenTwo } from '../spot.ts'
import type { Ack } from './acknowledgement.ts'
import type { Admitting } from './admitting.ts'
import { type ButtonId, readButtonId } from './button-id.ts'
import type { BlockActions } from './payload.ts'
import type { Reading } from './reading.ts'
import { type Scene, viaOf, visitOf } from './scene.ts'
import type { Whisper } from './whisper.ts'

export const thanksWords = 'Thanks, noted.'
export const unknownButtonWords =
  'I don’t know this button any more; it is from another version of me. Please ask again.'

/** Milliseconds in which a second press is the same wish: an answer that is written again twice costs twice. */
const doubledMs = 2_000
const doubledMost = 1_000

/** A message with buttons, as a press tells of it. */
interface Pressed {
  readonly message: MessageRef
  /** The root of the thread it stands in; null at the top level of the channel. */
  readonly under: string | null
  readonly isPrivate: boolean
}

/** The buttons under an answer. Their values carry the conversation, so that they work after a restart. */
export function createButtons(parts: {
  readonly installations: Pick<Installations, 'of'>
  readonly reading: Pick<Reading, 'person'>
  readonly admitting: Admitting
  readonly whisper: Whisper
  readonly clock: Clock
}) {
  const { admitting, whisper, clock } = parts
  const pressedAt = createRecent<number>(doubledMost)

  return async (payload: BlockActions, scene: Scene, ack: Ack, signal: AbortSignal): Promise<void> => {
    const button = readButtonId(payload.actions[0]?.value ?? '')
    const pressed = pressedIn(payload, scene)
    // A conversation's messages stand in its channel: another one's value was never under this message.
    const kind = kindOf(button)
    if (!button || !pressed || !kind || pressed.message.channel !== button.channel) {
      await ack()
      return whisper(scene, unknownButtonWords, signal)
    }
    const prepare = async (limited: AbortSignal): Promise<InboundEvent | string> => {
      const visit = await visitOf(scene, parts, limited)
      if (typeof visit === 'string') return visit
      if (visit.installation.team !== button.workspace) return unknownButtonWords
      const via = viaOf(scene, visit, pressed.isPrivate)
      const place = { ...placeOf(button, pressed), via }
      return { id: scene.id, at: scene.at, place, by: visit.by, answer: pressed.message, ...kind }
    }
    if (kind.kind === 'regenerate') {
      const wish = JSON.stringify([button.workspace, pressed.message, scene.caller.id])
      const last = pressedAt.get(wish)
      if (last !== undefined && clock.elapsed() - last < doubledMs) return ack()
      pressedAt.set(wish, clock.elapsed())
    }
    // A thumb changes nothing that can be seen, so it is answered in words.
    const thanks = kind.kind === 'feedback' ? { thanks: thanksWords } : {}
    await admitting.admit({ scene, ack, prepare, ...thanks }, signal)
  }
}

type Kind =
  | { readonly kind: 'stop' | 'regenerate' }
  | { readonly kind: 'feedback'; readonly thumb: 'up' | 'down' }

function kindOf(button: ButtonId | null): Kind | null {
  switch (button?.verb) {
    case 'stop':
      return { kind: 'stop' }
    case 'regenerate':
    case 'retry':
      return { kind: 'regenerate' }
    case 'up':
    case 'down':
      return { kind: 'feedback', thumb: button.verb }
    default:
      // `thumbs` names the pair; no button is called so.
      return null
  }
}

function pressedIn({ container, message }: BlockActions, { channel }: Scene): Pressed | null {
  const id = container.message_ts ?? message?.ts
  if (id == null || channel === null) return null
  const thread = container.thread_ts ?? message?.thread_ts ?? null
  return {
    message: { channel, id },
    under: thread === id ? null : thread,
    isPrivate: container.is_ephemeral === true,
  }
}

function placeOf({ workspace, channel, thread }: ButtonId, { under }: Pressed): Place {
  const home = thread.startsWith('reply:') || thread === '' ? null : thread
  return {
    conversation: { platform: 'slack', workspace, channel, thread },
    root: null,
    direct: isBetweenTwo(channel),
    // The conversation goes on in a thread that is not its own.
    ...(under !== null && under !== home && { replyTo: { channel, id: under } }),
  }
}
