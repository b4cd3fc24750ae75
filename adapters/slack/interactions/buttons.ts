import type { Clock } from '../../../src/ports/clock.ts'
import type { InboundEvent, MessageRef, Place } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { createRecent } from '../../../src/recent.ts'
import type { Installations } from '../installations/installation.ts'
import { isBetweenTwo } from '../spot.ts'
import type { Ack } from './acknowledgement.ts'
import { type Admitting, failedWords } from './admitting.ts'
import { type ButtonId, readButtonId } from './button-id.ts'
import type { Forms } from './forms.ts'
import type { BlockActions } from './payload.ts'
import type { Reading } from './reading.ts'
import { type Scene, type Visit, viaOf, visitOf } from './scene.ts'
import type { Whisper } from './whisper.ts'

export const thanksWords = 'Thanks, noted.'
export const unknownButtonWords =
  'I don’t know this button any more; it is from another version of me. Please ask again.'

export const noCorrectionWords =
  'This transcript can’t be corrected any more, or not by you: only whoever asked can, while I remember it.'

/** The command behind “Correct transcript”, which is called by its form alone. */
const correction = 'correct'

/** Milliseconds in which a second press is the same wish: an answer that is written again, or spoken, twice costs twice. */
const doubledMs = 2_000
const doubledMost = 1_000

/** A message with buttons, as a press tells of it. */
export interface Pressed {
  readonly message: MessageRef
  /** The root of the thread it stands in; null at the top level of the channel. */
  readonly under: string | null
  readonly isPrivate: boolean
}

/** The buttons under an answer. Their values carry the conversation, so that they work after a restart. */
export function createButtons(parts: {
  readonly intake: Pick<Intake, 'commands'>
  readonly forms: Forms
  readonly installations: Pick<Installations, 'of'>
  readonly reading: Pick<Reading, 'person'>
  readonly admitting: Admitting
  readonly whisper: Whisper
  readonly clock: Clock
}) {
  const { intake, forms, admitting, whisper, clock } = parts
  const pressedAt = createRecent<number>(doubledMost)

  /** Its form carries what the button carried. */
  async function correct(button: ButtonId, pressed: Pressed, scene: Scene, ack: Ack, signal: AbortSignal) {
    await ack()
    const spec = intake.commands.find(({ name }) => name === correction)
    if (!spec) return whisper(scene, unknownButtonWords, signal)
    const { channel, id } = pressed.message
    const wanted = {
      ...{ spec, channel, target: null, flags: {}, fromHome: false },
      about: { id, thread: button.thread, under: pressed.under },
      place: async ({ installation }: Visit) => {
        // A value of another workspace's was never under this message: it leads to nothing that is known here.
        return placeOf({ ...button, workspace: installation.team }, pressed)
      },
    }
    const opened = await forms.open(wanted, scene, signal)
    if (opened !== 'open') await whisper(scene, opened === 'none' ? noCorrectionWords : failedWords, signal)
  }

  return async (payload: BlockActions, scene: Scene, ack: Ack, signal: AbortSignal): Promise<void> => {
    const button = readButtonId(payload.actions[0]?.value ?? '')
    const pressed = pressedIn(payload, scene)
    // A conversation's messages stand in its channel: another one's value was never under this message.
    if (button?.verb === correction && pressed?.message.channel === button.channel)
      return correct(button, pressed, scene, ack, signal)
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
    if (kind.kind === 'regenerate' || kind.kind === 'read_aloud') {
      const wish = JSON.stringify([kind.kind, button.workspace, pressed.message, scene.caller.id])
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
  | { readonly kind: 'stop' | 'regenerate' | 'read_aloud' }
  | { readonly kind: 'feedback'; readonly thumb: 'up' | 'down' }

function kindOf(button: ButtonId | null): Kind | null {
  switch (button?.verb) {
    case 'stop':
      return { kind: 'stop' }
    case 'regenerate':
    case 'retry':
      return { kind: 'regenerate' }
    case 'read_aloud':
      return { kind: 'read_aloud' }
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

/** Where the answer goes on under which the button stands. */
export function placeOf(
  { workspace, channel, thread }: Omit<ButtonId, 'verb'>,
  { under }: Pick<Pressed, 'under'>,
): Place {
  const home = thread.startsWith('reply:') || thread === '' ? null : thread
  return {
    conversation: { platform: 'slack', workspace, channel, thread },
    root: null,
    direct: isBetweenTwo(channel),
    // The conversation goes on in a thread that is not its own.
    ...(under !== null && under !== home && { replyTo: { channel, id: under } }),
  }
}
