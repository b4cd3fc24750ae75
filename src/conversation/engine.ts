import { type AccessRules, mayUse, mayUseIn } from '../policy/access.ts'
import type { Budget } from '../policy/budget.ts'
import type { InboundEvent, Person, Place } from '../ports/event.ts'
import type { Intake } from '../ports/intake.ts'
import type { Platform } from '../ports/platform.ts'
import { callAside } from '../reply/aside.ts'
import { createTurnstile } from '../turnstile.ts'
import { type AfterwardsDeps, createAfterwards } from './afterwards.ts'
import { commands } from './commands/registry.ts'
import { createForms } from './forms.ts'
import { createHandling, type HandlingDeps } from './handling.ts'
import { conversationId, turnId } from './keys.ts'
import { asksFor, isOpenQuestion, isQuiet, laneOf } from './lanes.ts'
import { createOverview } from './overview.ts'
import { type ConversationMode, findPlace } from './place.ts'
import { canBePrivate } from './privacy.ts'
import { createRefusals } from './refusals.ts'
import { createRunning } from './running.ts'
import { createSuggesting } from './suggesting.ts'
import type { Whereabouts } from './whereabouts.ts'

export interface EngineDeps
  extends Omit<
      HandlingDeps,
      'running' | 'platformOf' | 'access' | 'admit' | 'inTurn' | 'afterwards' | 'refusals'
    >,
    Pick<AfterwardsDeps, 'pingAfterMs' | 'titles'> {
  readonly access: AccessRules
  readonly budget: Budget
  /** Where a channel's answers go. */
  modeOf(channel: string): ConversationMode
  /** Turns at once. */
  readonly concurrency: number
}

export interface Engine {
  /** What a platform feeds. Call once for each platform, before `run`. */
  intake(platform: Platform): Intake
  /** Works until `signal` aborts, then takes nothing new and resolves when the running turns are over. */
  run(signal: AbortSignal): Promise<void>
  /** Marks and gives back what is still being written; it goes on after the restart. */
  suspend(): void
}

const minuteMs = 60_000

/** src decides: what comes in is admitted, handed to turns and corrections, and settled. */
export function createEngine(deps: EngineDeps): Engine {
  const platforms = new Map<string, Platform>()
  const running = createRunning()
  const refusals = createRefusals(deps.clock)

  const platformOf = (event: InboundEvent): Platform => {
    const { platform } = event.place.conversation
    const found = platforms.get(platform)
    if (found === undefined) throw new Error(`the platform ${platform} is not connected`)
    return found
  }

  const access = ({ by, place }: { readonly by: Person; readonly place: Place }) =>
    mayUse(deps.access, { by, ...place.conversation, direct: place.direct })

  const admit = async (event: InboundEvent) => {
    const allowed = access(event).kind
    if (allowed === 'ignored') return 'ignored' as const
    // In a lane of its own, so that words of people who may not ask never join a question of those who may.
    if (allowed === 'no' && asksFor(event)) return refuse(event)
    // From now on, not from the answer on: what is written here while the first question waits is meant for us too.
    const { conversation } = event.place
    const joined = isOpenQuestion(event) ? deps.memory.join(conversationId(conversation)) : null
    const [admission] = await Promise.all([deps.inbox.admit(event, laneOf(event)), joined, noted(event)])
    return admission
  }

  const refuse = async (event: InboundEvent) => {
    if (isQuiet(event)) return 'ignored' as const
    if (event.kind !== 'message') return deps.inbox.admit(event, 'now')
    if (event.overheard) return 'ignored' as const
    // One told alone disturbs nobody, and may be told again soon.
    const pauseMs = canBePrivate(platformOf(event), event.place) ? minuteMs : 10 * minuteMs
    const admission = await refusals.once('access', event, pauseMs, () => deps.inbox.admit(event, 'now'))
    if (admission === null)
      deps.log.info({ event: event.id }, 'the same person was refused here a moment ago')
    return admission ?? ('ignored' as const)
  }

  /** What happens to a question later finds its conversation, whatever becomes of the message it replies to. */
  const noted = ({ place, ...event }: InboundEvent): Promise<void> | null => {
    const asks = event.kind === 'message' || event.kind === 'command'
    return asks && event.message !== null ? deps.memory.whereabouts.noteQuestion(place, event.message) : null
  }

  /** An event of the engine's own: a full inbox leaves its cause for a later try. */
  const readmit = async (event: InboundEvent): Promise<void> => {
    if ((await deps.inbox.admit(event, laneOf(event))) === 'full') throw new Error('the inbox is full')
  }

  const whereabouts: Pick<Whereabouts, 'find'> = {
    async find(at, message, repliesTo) {
      const known = await deps.memory.whereabouts.find(at, message, repliesTo)
      if (known !== null || repliesTo === null) return known
      // A moment ago it was sent, and not noted yet: its turn knows it.
      const conversation = running.conversationOf(at, repliesTo)
      return conversation && { conversation, own: false }
    },
  }

  const inTurn = createTurnstile()
  const afterwards = createAfterwards({ ...deps, inTurn, running })
  const suggest = createSuggesting(deps.catalog, deps.clock)
  const form = createForms({ ...deps, access, running })
  const overview = createOverview({
    settings: deps.settings,
    budget: deps.budget,
    access,
    elsewhere: (by, { workspace }) => mayUseIn(deps.access, { by, workspace }),
  })

  const { handle, lastWords } = createHandling({
    ...deps,
    afterwards,
    running,
    platformOf,
    access,
    admit: readmit,
    inTurn,
    refusals,
  })

  return {
    intake(platform) {
      platforms.set(platform.name, platform)
      return {
        admit,
        place: (spot) => findPlace(spot, deps.modeOf(spot.channel), whereabouts),
        follows: (conversation) => deps.memory.takesPart(conversationId(conversation)),
        commands,
        paced: (budgets, call, signal) =>
          callAside({ pacer: deps.pacer, platform: platform.name, signal }, budgets, call),
        suggest,
        form,
        overview,
      }
    },

    async run(signal) {
      await deps.inbox.work(
        async (claim) => {
          try {
            await handle(claim)
          } catch (error) {
            const turn = claim.events[0] ? turnId(claim.conversation.platform, claim.events[0].id) : null
            deps.log.error({ turn, attempt: claim.attempt, err: error }, 'a turn could not be finished')
            throw error
          }
        },
        {
          concurrency: deps.concurrency,
          signal,
          onDead: lastWords,
        },
      )
      // Nobody waits for what follows the last answers; what a title has cost is booked before the ledger closes.
      afterwards.stop()
      await afterwards.idle()
    },

    suspend() {
      for (const turn of running.all()) turn.happen('suspend')
      afterwards.stop()
    },
  }
}
