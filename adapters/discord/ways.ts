import type { Clock } from '../../src/ports/clock.ts'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import { createRecent } from '../../src/recent.ts'
import { isAlive, readVia, type Via } from './via.ts'

/** By which routes a message of an answer goes. */
export type Way =
  /** As the bot, into the channel. */
  | { readonly kind: 'channel'; readonly channel: string }
  /** Under the interaction's token. */
  | { readonly kind: 'interaction'; readonly via: Via }
  | { readonly kind: 'closed'; readonly why: string }

/** Chooses the way for each call, and remembers the interactions whose token is dead before its time. */
export interface Ways {
  /** For a new message. `privateTo`: for one person's eyes. */
  of(place: Place, privateTo?: string): Way
  /** For a new voice message: an interaction's replies can be none, so beside them it goes as the bot's own. */
  forVoice(place: Place, privateTo?: string): Way
  /** For a message that stands. */
  to(place: Place, at: MessageRef): Way
  /** From now on what may goes by the channel. */
  bury(via: Via): void
  /** This message was shown to one person beside the interaction's own reply: no channel has it. */
  aside(at: MessageRef, via: Via): void
  /** This message went into the channel beside an interaction's replies: no token finds it. */
  beside(at: MessageRef): void
}

/** Where the place's messages stand. */
export function channelOf({ replyTo, conversation: { channel, thread } }: Place): string {
  if (replyTo) return replyTo.channel
  return thread === '' || thread.startsWith('reply:') ? channel : thread
}

/** A dead token that is forgotten costs one call in vain; a private message, that it can't be edited any more. */
const KEPT = 1_000

export function createWays(clock: Clock): Ways {
  const buried = createRecent<true>(KEPT)
  const asides = createRecent<Via>(KEPT)
  const besides = createRecent<true>(KEPT)

  const isUsable = (via: Via): boolean => isAlive(via, clock.now()) && !buried.get(via.interaction)

  function of(place: Place, privateTo?: string): Way {
    const via = readVia(place)
    const isPrivate = privateTo !== undefined || (via?.kind === 'command' && via.private)
    if (via !== null && isUsable(via) && (via.kind === 'command' || isPrivate || !via.reachable))
      return { kind: 'interaction', via }
    if (isPrivate) return { kind: 'closed', why: tooLateForOne }
    if (via !== null && !via.reachable) return { kind: 'closed', why: tooLateForAll }
    return { kind: 'channel', channel: channelOf(place) }
  }

  function forVoice(place: Place, privateTo?: string): Way {
    const way = of(place, privateTo)
    const isOpen = way.kind === 'interaction' && privateTo === undefined && !way.via.private
    return isOpen && way.via.reachable ? { kind: 'channel', channel: channelOf(place) } : way
  }

  function to(place: Place, at: MessageRef): Way {
    if (besides.get(at.id)) return { kind: 'channel', channel: at.channel }
    const via = asides.get(at.id)
    if (!via) return of(place)
    return isUsable(via) ? { kind: 'interaction', via } : { kind: 'closed', why: tooLateForOne }
  }

  return {
    of,
    forVoice,
    to,
    bury: (via) => buried.set(via.interaction, true),
    aside: (at, via) => asides.set(at.id, via),
    beside: (at) => besides.set(at.id, true),
  }
}

const tooLateForOne =
  'Discord shows words to one person only while it answers a command or a button of theirs'
const tooLateForAll = 'Parley is not a member there, and Discord’s 15 minutes for the answer are over'
