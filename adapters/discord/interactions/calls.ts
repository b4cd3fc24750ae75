import {
  type APIInteractionResponse,
  type APIMessage,
  InteractionResponseType,
  MessageFlags,
} from 'discord-api-types/v10'
import { isForCaller } from '../../../src/conversation/privacy.ts'
import type { CommandSpec } from '../../../src/ports/command.ts'
import type { CommandCalled, InboundEvent, Place } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import type { Brought } from '../hearing/quotes.ts'
import { spotOf } from '../spot.ts'
import type { Admitting } from './admitting.ts'
import { type Scene, viaOf } from './scene.ts'
import { conversationUnder, isPrivate, placeUnder, refUnder } from './under.ts'

/** A command as it was called, however it was: slash, menu or form. */
export interface Call {
  readonly spec: CommandSpec
  readonly options: CommandCalled['options']
  /** What the message says from whose menu it was called; null without one, words when it can't be had. */
  subject(signal: AbortSignal): Promise<Brought | null | string>
  /** By a form that a button opened: the message over the button, as it is now. */
  readonly above?: APIMessage
}

/**
 * Hands a command to the engine; its reply is deferred, for as long as it takes. What a button's form asks for is shown
 * where the answer stands, as with other buttons.
 */
export const callCommand = (
  parts: { readonly intake: Intake; readonly admitting: Admitting },
  call: Call,
  scene: Scene,
  signal: AbortSignal,
): Promise<void> => {
  const hidden = isForCaller(call.spec, call)
  return parts.admitting.admit(
    {
      scene,
      prepare: (limited) => eventOf(parts.intake, call, scene, hidden, limited),
      acknowledgement: call.above ? update : deferral(hidden),
      afterwards: call.above ? 'whisper' : 'fill',
    },
    signal,
  )
}

const update: APIInteractionResponse = { type: InteractionResponseType.DeferredMessageUpdate }

const deferral = (hidden: boolean): APIInteractionResponse => ({
  type: InteractionResponseType.DeferredChannelMessageWithSource,
  ...(hidden && { data: { flags: MessageFlags.Ephemeral } }),
})

async function eventOf(
  intake: Intake,
  call: Call,
  scene: Scene,
  hidden: boolean,
  signal: AbortSignal,
): Promise<InboundEvent | string> {
  const { above } = call
  const [place, subject] = await Promise.all([
    above ? placeBelow(intake, above, scene) : here(intake, scene, hidden),
    call.subject(signal),
  ])
  if (typeof subject === 'string') return subject
  return {
    kind: 'command',
    id: `interaction:${scene.id}`,
    at: scene.at,
    place,
    by: scene.by,
    name: call.spec.name,
    options: call.options,
    message: null,
    ...subject,
    ...(above && { about: refUnder(above, scene) }),
  }
}

const here = async (intake: Intake, scene: Scene, hidden: boolean): Promise<Place> => ({
  ...(await placeOf(intake, scene)),
  via: viaOf(scene, 'command', hidden),
})

/** Its buttons may be gone by the time that the form comes. */
async function placeBelow(intake: Intake, above: APIMessage, scene: Scene): Promise<Place> {
  const conversation = conversationUnder(above)
  if (conversation) return placeUnder(conversation, above, scene)
  return { ...(await placeOf(intake, scene)), via: viaOf(scene, 'component', isPrivate(above)) }
}

/** Where a command is answered: in the conversation it was called in. */
export async function placeOf(intake: Intake, scene: Scene): Promise<Place> {
  const { channel, id } = scene
  const spot = spotOf(channel, { channel: channel.id, id }, null)
  // A command opens no thread, and there is no message to reply to: an interaction is none.
  const { replyTo: _, ...place } = await intake.place({ ...spot, threadIfOpened: null })
  return place
}
