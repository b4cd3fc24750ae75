import type { Logger } from 'pino'
import { type AccessRules, mayUse } from '../policy/access.ts'
import type { CommandCalled, InboundEvent } from '../ports/event.ts'
import type { Claim, Inbox } from '../ports/inbox.ts'
import type { Intake, Platform } from '../ports/platform.ts'
import { type AnsweringDeps, answer } from './answering.ts'
import type { Catalog } from './catalog.ts'
import type { Surroundings } from './commands/command.ts'
import { commandNamed, commands } from './commands/registry.ts'
import { rewriteQuestion, type Said, stopAnswer, takeFeedback, withdrawQuestion } from './corrections.ts'
import { conversationId, turnId } from './keys.ts'
import { laneOf } from './lanes.ts'
import { type ConversationMode, placeOf } from './place.ts'
import { understand } from './question.ts'
import { createRunning } from './running.ts'
import { tell } from './telling.ts'
import { forgottenWords, givenUpWords, notTheirsWords } from './words.ts'

export interface EngineDeps extends AnsweringDeps {
  readonly access: AccessRules
  readonly inbox: Inbox
  readonly catalog: Catalog
  readonly describe: Surroundings['describe']
  /** Where a channel's answers go. */
  modeOf(channel: string): ConversationMode
  /** Turns at once. */
  readonly concurrency: number
  readonly log: Logger
}

export interface Engine {
  /** What a platform feeds. Call once for each platform, before `run`. */
  intake(platform: Platform): Intake
  /** Works until `signal` aborts, then takes nothing new and resolves when the running turns are over. */
  run(signal: AbortSignal): Promise<void>
  /** Marks and gives back what is still being written; it goes on after the restart. */
  suspend(): void
}

/** A platform that is away for longer is told later. */
const lastWordsMs = 30_000

/** src decides: what comes in is admitted, handed to turns and corrections, and settled. */
export function createEngine(deps: EngineDeps): Engine {
  const platforms = new Map<string, Platform>()
  const running = createRunning()

  const platformOf = (event: InboundEvent): Platform => {
    const { platform } = event.place.conversation
    const found = platforms.get(platform)
    if (found === undefined) throw new Error(`the platform ${platform} is not connected`)
    return found
  }

  const access = ({ by, place }: InboundEvent) =>
    mayUse(deps.access, { by, ...place.conversation, direct: place.direct })

  const admit = async (event: InboundEvent) => {
    const allowed = access(event).kind
    if (allowed === 'ignored') return 'ignored' as const
    // In a lane of its own, so that words of people who may not ask never join a question of those who may.
    const lane = allowed === 'no' && asksFor(event) ? 'now' : laneOf(event)
    return deps.inbox.admit(event, lane)
  }

  /** An event of the engine's own: a full inbox leaves its cause for a later try. */
  const readmit = async (event: InboundEvent): Promise<void> => {
    if ((await deps.inbox.admit(event, laneOf(event))) === 'full') throw new Error('the inbox is full')
  }

  const say = (event: InboundEvent, markdown: string, claim: Claim | null, signal: AbortSignal) =>
    tell(
      { platform: platformOf(event), pacer: deps.pacer, clock: deps.clock },
      event,
      { markdown, private: true },
      claim,
      signal,
    )

  const call = async (event: CommandCalled, claim: Claim) => {
    const command = commandNamed(event.name)
    if (command === null || command.run === null) {
      await say(event, `There is no command \`/${event.name}\`. \`/help\` lists them.`, claim, claim.signal)
      return claim.settle({ entries: [], charge: null })
    }
    const { settings, memory, catalog, describe } = deps
    const around = { settings, memory, catalog, describe, running, commands, signal: claim.signal }
    const reply = await command.run(event, around)
    await tell(
      { platform: platformOf(event), pacer: deps.pacer, clock: deps.clock },
      event,
      reply,
      claim,
      claim.signal,
    )
    await claim.settle({ entries: reply.settlement?.entries ?? [], charge: null })
  }

  const take = async (claim: Claim, first: InboundEvent) => {
    const conversation = conversationId(claim.conversation)
    // Registered before anything is awaited: a Stop, an edit or a delete finds the turn from here on.
    const turn = running.begin(conversation, claim.events)
    try {
      const understood = await understand(claim, deps.memory)
      if (understood.kind === 'nothing') {
        await say(
          first,
          understood.why === 'forgotten' ? forgottenWords : notTheirsWords,
          claim,
          claim.signal,
        )
        return await claim.settle({ entries: [], charge: null })
      }
      turn.alsoAskedBy(understood.question.askers)
      const { question } = understood
      await answer(deps, { claim, question, platform: platformOf(first), running: turn })
    } finally {
      turn.end()
    }
  }

  /** Every message of it was deleted before it could be answered again: what was shown goes too. */
  const withdraw = async (claim: Claim, first: InboundEvent) => {
    for (const { ref } of claim.draft?.parts ?? []) {
      if (ref !== null) await platformOf(first).remove(ref, claim.signal)
    }
    await claim.settle({ entries: [], charge: null })
  }

  const correct = async (claim: Claim, event: InboundEvent): Promise<Said> => {
    const around = { inbox: deps.inbox, memory: deps.memory, running, admit: readmit }
    switch (event.kind) {
      case 'stop':
        return stopAnswer(around, event)
      case 'edit':
        return rewriteQuestion(around, event)
      case 'delete':
        return withdrawQuestion(around, event, platformOf(event), claim.signal)
      case 'feedback':
        return takeFeedback(around, event)
      default:
        // Not allowed when it came, and allowed by now.
        return 'You may use me now: please ask again.'
    }
  }

  /** Nothing ends in silence: what stands half written is replaced by words, or they are said afresh. */
  const lastWords = async (claim: Claim): Promise<void> => {
    const first = claim.events[0]
    if (first === undefined) return
    const turn = turnId(claim.conversation.platform, first.id)
    const words = { markdown: givenUpWords(turn), private: claim.draft === null }
    const patience = AbortSignal.any([claim.signal, AbortSignal.timeout(lastWordsMs)])
    await tell(
      { platform: platformOf(first), pacer: deps.pacer, clock: deps.clock },
      first,
      words,
      claim,
      patience,
    )
  }

  const handle = async (claim: Claim): Promise<void> => {
    const first = claim.events[0]
    if (first === undefined) return claim.settle({ entries: [], charge: null })
    if (claim.withdrawn) return withdraw(claim, first)
    const allowed = access(first)
    if (allowed.kind === 'no' && asksFor(first)) {
      await say(first, allowed.words, claim, claim.signal)
      return claim.settle({ entries: [], charge: null })
    }
    if (first.kind === 'command' && commandNamed(first.name)?.run !== null) return call(first, claim)
    if (claim.lane === 'turn') return take(claim, first)
    const said = await correct(claim, first)
    if (said !== null) await say(first, said, claim, claim.signal)
    await claim.settle({ entries: [], charge: null })
  }

  return {
    intake(platform) {
      platforms.set(platform.name, platform)
      return {
        admit,
        place: (spot) => placeOf(spot, deps.modeOf(spot.channel)),
        follows: async (conversation) => {
          const id = conversationId(conversation)
          return running.in(id) !== null || (await deps.memory.head(id)) !== null
        },
        commands,
      }
    },

    run: (signal) =>
      deps.inbox.work(
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
      ),

    suspend() {
      for (const turn of running.all()) turn.happen('suspend')
    },
  }
}

/** What costs money or changes settings; Stop, edits, deletes and thumbs only concern what was allowed before. */
const asksFor = ({ kind }: InboundEvent): boolean =>
  kind === 'message' || kind === 'command' || kind === 'regenerate'
