import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import type { Directory } from '../directory.ts'
import { isId } from '../fields.ts'
import type { Installations } from '../installations/installation.ts'
import type { PacedCall } from '../paced-call.ts'
import type { ResponseUrls } from '../response-url.ts'
import { isBetweenTwo } from '../spot.ts'
import type { Wire } from '../wire.ts'
import { type Ack, privately } from './acknowledgement.ts'
import { createAdmitting, failedWords } from './admitting.ts'
import { appEventOf } from './app-event.ts'
import { createButtons } from './buttons.ts'
import { createCommands } from './commands.ts'
import { createForms } from './forms.ts'
import { createHome, homePlace } from './home.ts'
import { settingsActionId } from './home-view.ts'
import { Malformed } from './malformed.ts'
import { createOpenings } from './openings.ts'
import {
  type BlockActions,
  blockActions,
  messageShortcut,
  read,
  slashCommand,
  viewSubmission,
} from './payload.ts'
import { createReacting } from './reacting.ts'
import { createReading } from './reading.ts'
import { actionScene, formScene, shortcutScene, slashScene } from './scenes.ts'
import { createStopping } from './stopping.ts'
import { createTargets } from './targets.ts'
import { createWhisper } from './whisper.ts'

export interface InteractionParts {
  readonly intake: Intake
  readonly installations: Pick<Installations, 'of'>
  readonly wire: Wire
  readonly directory: Directory
  readonly call: PacedCall
  readonly responses: ResponseUrls
  readonly clock: Clock
  readonly log: Logger
  /** Ends everything that waits. */
  readonly signal: AbortSignal
}

/** Payloads as they come. `ack`: to be called within 3 seconds, and called here once. */
export interface Interactions {
  /** Resolves when it was taken in and acknowledged, or given up in words; never rejects. So do the next three. */
  command(body: unknown, ack: Ack): Promise<void>
  action(body: unknown, ack: Ack): Promise<void>
  shortcut(body: unknown, ack: Ack): Promise<void>
  view(body: unknown, ack: Ack): Promise<void>
  /**
   * `app_home_opened`, `assistant_thread_started`, `assistant_thread_context_changed`, `agent_session_stopped` and
   * `reaction_added`, in their envelope. Resolves when it may be acknowledged; rejects when Slack should deliver it again.
   */
  event(envelope: unknown): Promise<void>
}

/** So many are taken in side by side; each ends by itself, and takes a minute at worst. */
const mostAtOnce = 1_000

/** Slash commands, shortcuts, forms, buttons, Home, and what is offered in a new chat. */
export function createInteractions(parts: InteractionParts): Interactions {
  const { intake, clock, log, signal } = parts
  const reading = createReading(parts)
  const whisper = createWhisper(parts)
  const admitting = createAdmitting({ ...parts, whisper })
  const forms = createForms({ ...parts, reading, whisper })
  const targets = createTargets(parts)
  const commands = createCommands({ ...parts, reading, admitting, forms, whisper, targets })
  const press = createButtons({ ...parts, reading, admitting, forms, whisper })
  const openings = createOpenings({ ...parts, reading, home: createHome({ ...parts, reading }) })
  const stopping = createStopping({ ...parts, reading })
  const reacting = createReacting({ ...parts, reading })

  const now = () => ({ at: clock.now(), heardAt: clock.elapsed() })

  let underWay = 0
  /** Nobody is left without an answer, whatever was sent. */
  async function hear(ack: Ack, excuse: Parameters<Ack>[0], take: (ack: Ack) => Promise<unknown>) {
    if (underWay >= mostAtOnce) {
      log.warn('too many interactions at once: one is turned away')
      // Where that fails too, Slack tells the person that there was no answer.
      await ack(excuse).catch(() => undefined)
      return
    }
    underWay++
    let acknowledged = false
    const once: Ack = async (acknowledgement) => {
      acknowledged = true
      await ack(acknowledgement)
    }
    try {
      await take(once)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof Malformed) log.warn(`An interaction makes no sense: ${error.message}`)
      else log.error({ err: error }, 'an interaction failed')
      // The same holds here.
      if (!acknowledged) await ack(excuse).catch(() => undefined)
    } finally {
      underWay--
    }
  }

  async function pressed(payload: BlockActions, ack: Ack): Promise<void> {
    const scene = actionScene(payload, now())
    const [action] = payload.actions
    if (action?.action_id !== settingsActionId) return press(payload, scene, ack, signal)
    await ack()
    const channel = action.value ?? ''
    const spec = intake.commands.find(({ name }) => name === 'settings')
    // Home is published by Parley alone, so nobody else can have put a channel there.
    if (!spec || !isId(channel) || !isBetweenTwo(channel)) throw new Malformed('a button in Home')
    const place = async (visit: Parameters<typeof homePlace>[0]) => homePlace(visit, channel)
    await forms.open({ spec, channel, target: null, flags: {}, fromHome: true, place }, scene, signal)
  }

  return {
    command: (body, ack) =>
      hear(ack, privately(failedWords), async (once) => {
        const payload = read(slashCommand, body, 'a slash command')
        await commands.slash(payload, slashScene(payload, now()), once, signal)
      }),

    shortcut: (body, ack) =>
      hear(ack, undefined, async (once) => {
        const payload = read(messageShortcut, body, 'a shortcut')
        await commands.menu(payload, shortcutScene(payload, now()), once, signal)
      }),

    action: (body, ack) =>
      hear(ack, undefined, async (once) => pressed(read(blockActions, body, 'a button'), once)),

    view: (body, ack) =>
      hear(ack, undefined, async (once) => {
        const payload = read(viewSubmission, body, 'a form')
        const scene = formScene(payload, now())
        const home = await commands.submitted(payload, scene, once, signal)
        if (home !== null) openings.changed(scene, home, signal)
      }),

    async event(envelope) {
      try {
        const heard = appEventOf(envelope)
        if (heard.type === 'agent_session_stopped') await stopping(heard, signal)
        else if (heard.type === 'reaction_added') await reacting(heard, signal)
        else openings.opened(heard, signal)
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        // Delivered again it would make no more sense.
        log.warn(`An event makes no sense: ${error.message}`)
      }
    },
  }
}
