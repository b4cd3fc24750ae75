import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Place } from '../../../src/ports/event.ts'
import type { Admission, Intake } from '../../../src/ports/intake.ts'
import type { Store } from '../../../src/ports/store.ts'
import { createRecent } from '../../../src/recent.ts'
import type { Directory } from '../directory.ts'
import { fieldsOf, listOf } from '../fields.ts'
import type { Installations } from '../installations/installation.ts'
import type { PacedCall } from '../paced-call.ts'
import { spotOf } from '../spot.ts'
import { type Addressee, addresseeOf } from './addressee.ts'
import { createApology } from './apology.ts'
import { concerns, isAsked, type Meant, type Standing } from './asked.ts'
import { changeOf } from './changes.ts'
import { type Envelope, envelopeOf } from './envelope.ts'
import { createEvents, type Heard, identityOf, type Known } from './events.ts'
import { createInOrder } from './in-order.ts'
import { type Incoming, incomingOf, isEmpty, isTalk, refOf } from './incoming.ts'
import { createOwnFiles } from './own-files.ts'
import { whose } from './whose.ts'

export interface HearingParts {
  readonly intake: () => Intake
  readonly installations: Pick<Installations, 'of' | 'all' | 'forget'>
  readonly directory: Directory
  readonly store: Pick<Store, 'get' | 'set'>
  readonly call: PacedCall
  readonly clock: Clock
  readonly log: Logger
  /** Milliseconds for which history is kept. */
  readonly historyMs: number
  /** Ends everything that waits. */
  readonly signal: AbortSignal
  /** Told of all that the inbox took in. `thread`: of the message under which it stands. */
  readonly onAdmitted?: (team: string, channel: string, ts: string, thread: string | null) => void
}

/** Turns what Slack tells into events, in order within each thread. */
export interface Hearing {
  /**
   * `envelope`: the body of the Events API. Resolves when it is admitted, or when there is nothing to admit; rejects
   * when it could not be taken in: then Slack shall deliver it again.
   */
  hear(envelope: Readonly<Record<string, unknown>>): Promise<void>
}

/** Milliseconds. Nobody waits for an answer to what was said before. */
const oldest = 24 * 3_600_000
/** Messages whose fate is known: each comes several times, and in any order. */
const remembered = 5_000

export function createHearing(parts: HearingParts): Hearing {
  const { intake, installations, clock, log, signal } = parts
  const inOrder = createInOrder()
  const settled = createRecent<'admitted' | 'deleted'>(remembered)
  const apologise = createApology(parts)
  const events = createEvents(parts)
  const ownFiles = createOwnFiles(parts)

  async function hear(envelope: Envelope): Promise<void> {
    const { workspace, enterprise, event } = envelope
    if (event.type === 'app_uninstalled') return installations.forget(workspace, enterprise)
    if (event.type === 'tokens_revoked') {
      // A user's token is none of Parley's.
      const isOurs = listOf(fieldsOf(event.tokens).bot).length > 0
      return isOurs ? installations.forget(workspace, enterprise) : undefined
    }
    const isMention = event.type === 'app_mention'
    if (!isMention && event.type !== 'message') return
    if (event.subtype === 'message_changed' || event.subtype === 'message_deleted') return change(envelope)
    const message = incomingOf(event)
    if (message === null)
      log.debug({ team: workspace }, 'A message without a channel or a moment is no message')
    if (message === null || event.hidden === true) return
    await inOrder(message, said(envelope, message, isMention), create)
  }

  async function said(envelope: Envelope, message: Incoming, isMention: boolean): Promise<Meant | null> {
    await ownFiles.heard(envelope, message)
    if (!isTalk(message)) return null
    const heard = await heardIn(envelope, message)
    if (heard === null || settled.get(identityOf(heard.workspace, refOf(message)))) return null
    // Where several companies have Parley the mention may be of another's.
    const to = isMention && !envelope.isShared ? 'bot' : addresseeOf(message, heard.installation.botUser)
    const isReply = message.thread !== null && message.thread !== message.ts
    // Outside threads what speaks to nobody is in no conversation yet.
    if (to === 'others' || (to === 'nobody' && (!isReply || isEmpty(message)))) return null
    return { heard, to, known: await knownIf(heard, to, isAsked) }
  }

  /** null: it is said where Parley is not installed (any more), or by Parley itself. */
  async function heardIn(envelope: Envelope, message: Incoming): Promise<Heard | null> {
    const { workspace, isShared } = envelope
    const installation = await whose(envelope, message, installations, signal)
    if (installation === null) {
      log.debug({ team: workspace }, 'Something was said where Parley is not installed, or by itself')
      return null
    }
    return { message, workspace: isShared ? installation.team : workspace, installation, isShared }
  }

  /** Where it stands, and whether Parley takes part there. */
  async function standing(heard: Heard): Promise<Standing> {
    const place = await placeOf(heard)
    return { place, follows: await intake().follows(place.conversation) }
  }

  /**
   * Who said it, begun before its turn comes: but nobody is looked up for what is not for Parley. null: that was not
   * so when it came; it may be by its turn.
   */
  async function knownIf(heard: Heard, to: Addressee, isFor: typeof isAsked): Promise<Known | null> {
    return to === 'bot' || isFor(to, await standing(heard)) ? events.known(heard) : null
  }

  const placeOf = async ({ workspace, message }: Pick<Heard, 'workspace' | 'message'>): Promise<Place> => {
    const { channel, ts, thread } = message
    return intake().place(await ownFiles.spot(spotOf({ workspace, channel, ts, thread })))
  }

  async function create({ heard, known, to }: Meant): Promise<void> {
    if (settled.get(identityOf(heard.workspace, refOf(heard.message)))) return
    const where = await standing(heard)
    if (!isAsked(to, where)) return
    await ask(heard, known ?? (await events.known(heard)), where, to)
  }

  async function ask(
    heard: Heard,
    known: Known,
    { place, follows }: Standing,
    to: Addressee,
  ): Promise<Admission> {
    const { message, workspace } = heard
    const { channel, thread, ts } = message
    const isUnknown = thread !== null && thread !== ts && !follows
    // Slack's former assistant view begins threads itself: the first question gives them their title, as if opened on it.
    const begun = isUnknown && place.direct ? { ...place, root: { channel, id: thread } } : place
    const how = { joins: isUnknown && !place.direct, isOverheard: to === 'nobody' }
    const event = await events.asked(heard, known, begun, how)
    const admission = await intake().admit(event)
    if (admission === 'full') void apologise(workspace, message, signal)
    else settled.set(event.id, 'admitted')
    if (admission === 'new') parts.onAdmitted?.(workspace, channel, ts, thread)
    return admission
  }

  async function change(envelope: Envelope): Promise<void> {
    const what = changeOf(envelope.event)
    if (what.kind === 'nothing' || what.message.isBot) return
    if (what.kind === 'edited' && !isTalk(what.message)) return
    const hearing = heardIn(envelope, what.message)
    if (what.kind === 'deleted') {
      return inOrder(what.message, hearing, async (heard) => {
        settled.set(identityOf(heard.workspace, refOf(what.message)), 'deleted')
        const { place, follows } = await standing(heard)
        if (follows) await intake().admit(events.deleted(heard.workspace, refOf(what.message), place))
      })
    }
    const prepared = async (): Promise<Meant | null> => {
      const heard = await hearing
      if (heard === null) return null
      const to = addresseeOf(what.message, heard.installation.botUser)
      return { heard, to, known: await knownIf(heard, to, concerns) }
    }
    await inOrder(what.message, prepared(), (meant) => edit(meant, what.at))
  }

  async function edit({ heard, known: early, to }: Meant, at: string): Promise<void> {
    if (settled.get(identityOf(heard.workspace, refOf(heard.message))) === 'deleted') return
    const where = await standing(heard)
    if (!concerns(to, where)) return
    const { place } = where
    const known = early ?? (await events.known(heard))
    // The change may be what makes it a question. The inbox knows whether it was one before.
    const isFresh = clock.now() - Number(heard.message.ts) * 1_000 < oldest
    const asked = to === 'bot' && isFresh ? await ask(heard, known, where, to) : null
    if (asked === 'new' || asked === 'full') return
    // Said to somebody else now: as a question it is withdrawn.
    const event =
      to === 'others' ? events.takenBack(heard, known, place, at) : events.edited(heard, known, place, at)
    await intake().admit(event)
  }

  return {
    async hear(body) {
      const envelope = envelopeOf(body)
      if (envelope === null) log.debug('An event that names no workspace is for nobody')
      else await hear(envelope)
    },
  }
}
