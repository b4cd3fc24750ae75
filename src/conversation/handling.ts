import type { AccessAnswer } from '../policy/access.ts'
import type { CommandCalled, InboundEvent } from '../ports/event.ts'
import type { Claim, DraftPart, Inbox, Settlement } from '../ports/inbox.ts'
import type { Platform } from '../ports/platform.ts'
import { removeAll } from '../reply/removal.ts'
import { type AnsweringDeps, answer } from './answering.ts'
import type { Catalog } from './catalog.ts'
import { keep, kept } from './command-draft.ts'
import type { Surroundings } from './commands/command.ts'
import { commandNamed, commands } from './commands/registry.ts'
import { rewriteQuestion, type Said, stopAnswer, takeFeedback, withdrawQuestion } from './corrections.ts'
import { asAnswered } from './destination.ts'
import { keysTakenBack } from './heard-keys.ts'
import { conversationId, turnId } from './keys.ts'
import { asksFor, isQuiet, isSpeech } from './lanes.ts'
import { soundsOf } from './noting-aloud.ts'
import { canBePrivate } from './privacy.ts'
import { understand } from './question.ts'
import type { Running } from './running.ts'
import { shareAloud } from './sharing-aloud.ts'
import { tell, type Words } from './telling.ts'
import { givenUpWords, nothingWords, notPrivateWords } from './words.ts'

export interface HandlingDeps extends AnsweringDeps {
  readonly inbox: Inbox
  readonly catalog: Catalog
  readonly hearing: Surroundings['hearing']
  readonly describe: Surroundings['describe']
  readonly running: Running
  readonly platformOf: (event: InboundEvent) => Platform
  readonly access: (event: InboundEvent) => AccessAnswer
  /** Puts an event of the engine's own into the inbox. */
  readonly admit: (event: InboundEvent) => Promise<void>
}

/** What becomes of the inbox's claims: turns, commands, corrections. */
export interface Handling {
  /** Resolves when the claim is settled or given back. */
  handle(claim: Claim): Promise<void>
  /** Nothing ends in silence: what stands half written is replaced by words, or they are said afresh. */
  lastWords(claim: Claim): Promise<void>
}

const nothing: Settlement = { entries: [], charge: null }

const afterwardsMs = 60_000

/** A platform that is away for longer is told later. */
const lastWordsMs = 30_000

export function createHandling(deps: HandlingDeps): Handling {
  const { platformOf, running, access, inTurn } = deps

  const reply = (claim: Claim, event: InboundEvent, words: Words, signal = claim.signal) =>
    tell({ platform: platformOf(event), pacer: deps.pacer, clock: deps.clock, signal }, claim, event, words)

  /** Something of Parley's own for one person, and the claim is done. */
  const say = async (claim: Claim, event: InboundEvent, markdown: string) => {
    await reply(claim, event, { markdown, private: true })
    await claim.settle(nothing)
  }

  const remove = (claim: Claim, event: InboundEvent, parts: readonly DraftPart[], place = event.place) =>
    removeAll(parts, {
      platform: platformOf(event),
      place: { ...place, root: null },
      pacer: deps.pacer,
      clock: deps.clock,
      signal: claim.signal,
    })

  const call = async (event: CommandCalled, claim: Claim) => {
    const command = commandNamed(event.name)
    const platform = platformOf(event)
    const typed = (name: string): string => platform.typed?.(name) ?? `/${name}`
    if (command === null || command.run === null) {
      return say(
        claim,
        event,
        `There is no command \`${typed(event.name)}\`. \`${typed('help')}\` lists them.`,
      )
    }
    const { settings, memory, hearing, catalog, describe, admit } = deps
    const { attempt, signal } = claim
    const known = { settings, memory, hearing, catalog, describe, admit, running, commands }
    const around = { ...known, typed, usage: platform.usage ?? null, attempt, signal }
    const before = claim.draft?.answer ?? null
    const done = before ? kept(before) : await command.run(event, around)
    const answer = done.chosen ? keep(done) : null
    if (done.chosen) {
      // Kept first: a second try finds it done already, and would say that nothing changed.
      if (!before)
        await claim.saveDraft({ turn: turnId(claim.conversation.platform, event.id), parts: [], answer })
      await settings.choose(event.place.conversation, done.chosen)
    }
    await reply(claim, event, { ...done, answer })
    await claim.settle({ entries: done.settlement?.entries ?? [], charge: null })
    // Tidying up that nobody waits for; what a crash leaves over expires by itself.
    done.afterwards?.(AbortSignal.timeout(afterwardsMs)).catch((error: unknown) => {
      deps.log.warn({ err: error, command: command.name }, 'a command could not tidy up after itself')
    })
  }

  const take = async (claim: Claim, first: InboundEvent): Promise<void> => {
    const conversation = conversationId(claim.conversation)
    // Registered before anything is awaited: a Stop, an edit or a delete finds the turn from here on.
    const turn = (isSpeech(first) ? running.speeches : running).begin(conversation, claim.events)
    try {
      const understood = await understand(claim, deps.memory)
      if (understood.kind === 'nothing') {
        if (isQuiet(first) || (first.kind === 'regenerate' && first.quiet))
          return await withdraw(claim, first)
        return await say(claim, first, nothingWords[understood.why])
      }
      const { question } = understood
      if (question.privateTo !== null && !canBePrivate(platformOf(first), question.place)) {
        return await say(claim, first, notPrivateWords)
      }
      const { aloud, askers } = question
      const other = aloud ? running.speeches.reads(turn, aloud) : null
      // What a former try began goes on.
      if (other !== null && claim.draft === null) {
        turn.end()
        const shared = await shareAloud(deps, claim, question, other)
        return shared === 'again' ? await take(claim, first) : undefined
      }
      const messages = [...question.asked, ...(aloud?.parts ?? [])].flatMap(({ ref }) => ref ?? [])
      turn.concern({ askers: [...askers, ...(aloud?.askers ?? [])], messages })
      await answer(deps, { claim, question, platform: platformOf(first), running: turn })
    } finally {
      turn.end()
    }
  }

  /** Every message of it was deleted before it could be answered again: what was shown goes too. */
  const withdraw = async (claim: Claim, first: InboundEvent) => {
    const parts = claim.draft?.parts ?? []
    await remove(claim, first, parts)
    const drop = keysTakenBack(conversationId(claim.conversation), parts, claim.events)
    await claim.settle({ ...nothing, drop })
  }

  const correct = async (claim: Claim, event: InboundEvent): Promise<Said> => {
    const { inbox, memory, admit } = deps
    const around = { inbox, memory, running, admit, inTurn }
    switch (event.kind) {
      case 'stop':
        return stopAnswer(around, event)
      case 'edit':
        return rewriteQuestion(around, event)
      case 'delete':
        return withdrawQuestion(around, event, async (turn) => {
          const answered = asAnswered(event.place, turn)
          await remove(claim, event, [...turn.parts, ...soundsOf(turn)], answered)
          const { place: asked } = event
          deps.afterwards.withdrawn({ turn: turn.turn, platform: platformOf(event), asked, answered })
        })
      case 'feedback':
        return takeFeedback(around, event)
      default:
        // Not allowed when it came, and allowed by now.
        return 'You may use me now: please ask again.'
    }
  }

  const lastWords = async (claim: Claim): Promise<void> => {
    const first = claim.events[0]
    // An answer that is whole stands, or will be found again by its asker: it is not replaced by an excuse.
    if (first === undefined || !asksFor(first) || isQuiet(first) || claim.draft?.answer) return
    const turn = turnId(claim.conversation.platform, first.id)
    const words = { markdown: givenUpWords(turn), private: claim.draft === null }
    await reply(claim, first, words, AbortSignal.any([claim.signal, AbortSignal.timeout(lastWordsMs)]))
  }

  const handle = async (claim: Claim): Promise<void> => {
    const first = claim.events[0]
    if (first === undefined) return claim.settle(nothing)
    if (claim.withdrawn) return withdraw(claim, first)
    const allowed = access(first)
    if (allowed.kind === 'no' && isQuiet(first)) return claim.settle(nothing)
    if (allowed.kind === 'no' && asksFor(first)) return say(claim, first, allowed.words)
    if (first.kind === 'command' && commandNamed(first.name)?.run !== null) return call(first, claim)
    if (claim.lane === 'turn' || isSpeech(first)) return take(claim, first)
    const said = await correct(claim, first)
    return said === null ? claim.settle(nothing) : say(claim, first, said)
  }

  return { handle, lastWords }
}
