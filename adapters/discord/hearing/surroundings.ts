import { ChannelType } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { createRecent } from '../../../src/recent.ts'
import { within } from '../../../src/within.ts'
import type { ChannelFacts } from '../channel-facts.ts'
import type { Directory } from '../directory.ts'
import type { Incoming } from './incoming.ts'

/** Where something was said. Rejects where that can't be looked up now. */
export interface Surroundings {
  /** null: Discord does not show it, and never will. */
  factsOf(channel: string, guild: string | null): Promise<ChannelFacts | null>
  /** Where a message does not tell it; null: it is for the bot alone. */
  guildOf(message: Incoming): Promise<string | null>
  /** A question that can't be answered costs refused calls, which count against the bot everywhere. */
  mayAnswer(facts: ChannelFacts): boolean
}

/** Milliseconds. Where a message belongs is asked again after that; the pacer puts it behind what people wait for. */
const lookup = 5_000
const remembered = 1_000

export function createSurroundings(parts: {
  readonly directory: Pick<Directory, 'channel' | 'maySpeak'>
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}): Surroundings {
  const { directory, clock, log, signal } = parts
  /** Channels of which the log says that the bot may not write there. */
  const mute = createRecent<true>(remembered)
  /** Channels that are no guild's. */
  const direct = createRecent<true>(remembered)

  const lookUp = (channel: string, guild: string | null): Promise<ChannelFacts> =>
    within({ clock, limit: lookup, signal }, (own) => directory.channel(channel, guild, own))

  async function factsOf(channel: string, guild: string | null): Promise<ChannelFacts | null> {
    // Bots are in no groups: what comes from no guild comes from one person.
    if (guild === null) return { id: channel, guild, kind: 'dm', parent: null, name: null, owner: null }
    const facts = await lookUp(channel, guild)
    if (facts.hidden) {
      log.info({ channel }, 'What was said in a channel that Discord does not show is left out')
      return null
    }
    // Where it belongs is decided for good: rather later than in the wrong conversation.
    if (facts.kind === 'unknown' && facts.name === null) throw new Error('The channel could not be looked up')
    return facts
  }

  /** What a guild hears would be answered as if it were said to the bot alone. */
  async function guildOf({ channel_id: channel, channel_type, member }: Incoming): Promise<string | null> {
    if (channel_type === ChannelType.DM || direct.get(channel)) return null
    const facts = await lookUp(channel, null)
    // Other channels of its guilds the gateway has listed.
    if (facts.guild !== null && (member || facts.kind === 'thread')) return facts.guild
    if (member) throw new Error('Whose channel it is could not be looked up')
    if (facts.hidden || facts.kind !== 'unknown') direct.set(channel, true)
    return null
  }

  function mayAnswer(facts: ChannelFacts): boolean {
    if (directory.maySpeak(facts)) return true
    if (!mute.get(facts.id))
      log.warn(
        { channel: facts.id },
        'Parley was asked where it may not write: it stays silent in this channel',
      )
    mute.set(facts.id, true)
    return false
  }

  return { factsOf, guildOf, mayAnswer }
}
