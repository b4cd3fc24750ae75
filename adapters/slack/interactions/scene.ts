import type { Person, Place } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import type { Installation, Installations } from '../installations/installation.ts'
import { spotOf } from '../spot.ts'
import { writeVia } from '../via.ts'
import type { Caller, Reading } from './reading.ts'

/** An interaction's surroundings, from its payload alone: there is no time to ask for more. */
export interface Scene {
  /** The interaction's identity. */
  readonly id: string
  /** `T…`, `E…` of an installation for a whole organisation. */
  readonly team: string | null
  readonly enterprise: string | null
  readonly caller: Caller
  /** null: in Home or a modal. */
  readonly channel: string | null
  /** The root's `ts` of the thread in which it happened, as far as Slack says so. */
  readonly thread: string | null
  /** The right to write there; never logged. */
  readonly responseUrl: string | null
  /** Lives for 3 seconds. */
  readonly trigger: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `Clock.elapsed` when it came. */
  readonly heardAt: number
}

/** The same with what had to be looked up. */
export interface Visit {
  readonly installation: Installation
  readonly by: Person
}

/** Rejects where the installation can't be had now; words where Parley is not installed. */
export async function visitOf(
  scene: Pick<Scene, 'team' | 'enterprise' | 'caller'>,
  parts: { readonly installations: Pick<Installations, 'of'>; readonly reading: Pick<Reading, 'person'> },
  signal: AbortSignal,
): Promise<Visit | string> {
  const team = scene.team ?? scene.enterprise
  const installation = team === null ? null : await parts.installations.of(team, scene.enterprise, signal)
  if (installation === null) return notInstalledWords
  return { installation, by: await parts.reading.person(installation, scene.caller, signal) }
}

const notInstalledWords = 'I’m not installed in this workspace any more.'

export const viaOf = (scene: Scene, { installation }: Visit, isPrivate: boolean): string =>
  writeVia({
    responseUrl: scene.responseUrl,
    private: isPrivate,
    user: scene.caller.id,
    ...(scene.caller.team !== null &&
      scene.caller.team !== installation.team && { userTeam: scene.caller.team }),
    at: scene.at,
  })

interface PlaceParts {
  readonly intake: Pick<Intake, 'place'>
  readonly reading: Pick<Reading, 'isDirect'>
}

/**
 * Where a command is answered that was not called from a message: in the channel it was called in. Rejects where it
 * can't be told now whether that is a conversation of two people, in which Parley has no part.
 */
export async function placeOf(
  { intake, reading }: PlaceParts,
  scene: Pick<Scene, 'id'>,
  channel: string,
  { installation }: Visit,
  signal: AbortSignal,
): Promise<Place> {
  // A command opens no thread, and there is no message to reply to.
  const { replyTo: _, ...place } = await intake.place({
    platform: 'slack',
    workspace: installation.team,
    channel,
    thread: null,
    message: { channel, id: scene.id },
    repliesTo: null,
    direct: await reading.isDirect(installation, channel, signal),
    threadIfOpened: null,
    threads: true,
  })
  return place
}

/** The same for a command that was called from the menu of a message. */
export const placeOn = async (
  { intake, reading }: PlaceParts,
  channel: string,
  target: { readonly ts: string; readonly thread: string | null },
  { installation }: Visit,
  signal: AbortSignal,
): Promise<Place> =>
  intake.place({
    ...spotOf({ workspace: installation.team, channel, ...target }),
    direct: await reading.isDirect(installation, channel, signal),
  })
