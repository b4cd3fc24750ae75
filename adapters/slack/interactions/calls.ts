import { isForCaller } from '../../../src/conversation/privacy.ts'
import type { CommandSpec } from '../../../src/ports/command.ts'
import type { CommandCalled, InboundEvent, MessageRef, Place } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import type { Brought } from '../hearing/quotes.ts'
import type { Installations } from '../installations/installation.ts'
import type { Ack } from './acknowledgement.ts'
import { inField, privately, shown } from './acknowledgement.ts'
import type { Admitting, Request } from './admitting.ts'
import type { Reading } from './reading.ts'
import { type Scene, type Visit, viaOf, visitOf } from './scene.ts'

/** A command as it was called, however it was: slash, menu or form. */
export interface Call {
  readonly spec: CommandSpec
  /** As they were written: texts with ids in place of names. */
  readonly options: Readonly<Record<string, string | boolean>>
  place(visit: Visit, signal: AbortSignal): Promise<Place>
  /** What the message says from whose menu it was called; null without one, words when it can't be had. */
  subject(visit: Visit, signal: AbortSignal): Promise<Brought | null | string>
  /** The message whose button asked for the form. */
  readonly about?: MessageRef
}

/**
 * How it is acknowledged. `slash`: everybody sees what was typed of a question whose answer is for everybody; what other
 * commands do is said by their replies.
 */
export type Acknowledged =
  | { readonly by: 'slash'; readonly ack: Ack }
  | { readonly by: 'nothing'; readonly ack: Ack }
  /** In the form, which closes when all is well. `field`: beside which words are said. */
  | { readonly by: 'form'; readonly ack: Ack; readonly field: string }
  | { readonly by: 'before' }

export interface CallParts {
  readonly intake: Pick<Intake, 'form'>
  readonly installations: Pick<Installations, 'of'>
  readonly reading: Reading
  readonly admitting: Admitting
}

/** Hands a command to the engine. Resolves to whether it was taken in; rejects with the signal's reason only. */
export function callCommand(
  parts: CallParts,
  call: Call,
  scene: Scene,
  acknowledged: Acknowledged,
  signal: AbortSignal,
): Promise<boolean> {
  const hidden = isForCaller(call.spec, call)
  let isRefused = false
  const prepare = async (limited: AbortSignal): Promise<InboundEvent | string> => {
    const event = await eventOf(parts, call, scene, hidden, limited)
    if (typeof event !== 'string' && isShown(call, acknowledged))
      isRefused =
        call.spec.form === true && (await parts.intake.form(event.name, event.place, event.by)) === null
    return event
  }
  const acknowledgement = () => (isShown(call, acknowledged) && !isRefused ? shown : undefined)
  return parts.admitting.admit({ scene, prepare, acknowledgement, ...answering(acknowledged) }, signal)
}

/** Where it is shown to everybody, what was typed stands above the answer. */
const isShown = ({ spec, options }: Call, { by }: Acknowledged): boolean =>
  by === 'slash' && spec.audience === 'asked' && !isForCaller(spec, { options })

function answering(acknowledged: Acknowledged): Pick<Request, 'ack' | 'saying'> {
  switch (acknowledged.by) {
    case 'slash':
      return { ack: acknowledged.ack, saying: privately }
    case 'form': {
      const { ack, field } = acknowledged
      return { ack, saying: (words) => inField(field, words) }
    }
    case 'nothing':
      return { ack: acknowledged.ack }
    case 'before':
      return { ack: async () => undefined }
  }
}

async function eventOf(
  parts: CallParts,
  call: Call,
  scene: Scene,
  hidden: boolean,
  signal: AbortSignal,
): Promise<CommandCalled | string> {
  const visit = await visitOf(scene, parts, signal)
  if (typeof visit === 'string') return visit
  const [place, subject, options] = await Promise.all([
    call.place(visit, signal),
    call.subject(visit, signal),
    named(parts.reading, visit, call.options, signal),
  ])
  if (typeof subject === 'string') return subject
  return {
    kind: 'command',
    id: scene.id,
    at: scene.at,
    // Of a call about an answer others see what becomes of the answer; the reply is told to its caller all the same.
    place: { ...place, via: viaOf(scene, visit, hidden && !call.about) },
    by: visit.by,
    name: call.spec.name,
    options,
    message: null,
    ...subject,
    ...(call.about && { about: call.about }),
  }
}

async function named(
  reading: Pick<Reading, 'text'>,
  { installation }: Visit,
  options: Call['options'],
  signal: AbortSignal,
): Promise<CommandCalled['options']> {
  const entries = Object.entries(options).map(async ([name, value]) => [
    name,
    typeof value === 'string' ? await reading.text(installation, value, signal) : value,
  ])
  return Object.fromEntries(await Promise.all(entries))
}
