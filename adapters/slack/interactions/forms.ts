import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { CommandSpec } from '../../../src/ports/command.ts'
import type { Place } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { within } from '../../../src/within.ts'
import type { Installations } from '../installations/installation.ts'
import type { Wire } from '../wire.ts'
import { isTooLong, modalOf } from './form.ts'
import type { FormNote } from './form-note.ts'
import type { Reading } from './reading.ts'
import { type Scene, type Visit, visitOf } from './scene.ts'
import type { Whisper } from './whisper.ts'

export const tooManyFormsWords = 'Slack lets me open no more forms for now. Please try again in a minute.'

export const tooLongFormWords =
  'This is too long for a form of Slack’s, which holds 3,000 characters: please send it corrected in a message of your own.'

/** What a form is asked of, and where it leads. */
export interface FormWanted {
  readonly spec: CommandSpec
  readonly channel: string
  readonly target: FormNote['target']
  /** Absent: no button of an answer asked for it. */
  readonly about?: FormNote['about']
  readonly flags: FormNote['flags']
  readonly fromHome: boolean
  place(visit: Visit, signal: AbortSignal): Promise<Place>
}

export interface Forms {
  /**
   * Opens the form of a command with what holds here, or tells the person that it has to wait. `none`: there is none for
   * this person. `failed`: it could not be opened in time. Rejects with the signal's reason only.
   */
  open(wanted: FormWanted, scene: Scene, signal: AbortSignal): Promise<'open' | 'none' | 'failed'>
}

/** A trigger lives 3 seconds (Slack's limit), the way to us included. */
const openMs = 2_600

export function createForms(parts: {
  readonly intake: Pick<Intake, 'form'>
  readonly installations: Pick<Installations, 'of'>
  readonly reading: Pick<Reading, 'person'>
  readonly wire: Wire
  readonly whisper: Whisper
  readonly clock: Clock
  readonly log: Logger
}): Forms {
  const { intake, wire, whisper, clock, log } = parts

  async function tryOpening(
    wanted: FormWanted,
    scene: Scene,
    signal: AbortSignal,
  ): Promise<'open' | 'none' | 'failed' | 'limited' | 'too_long'> {
    const { spec, channel, target, flags, fromHome, about = null } = wanted
    const visit = await visitOf(scene, parts, signal)
    if (typeof visit === 'string') return 'none'
    const asking = about === null ? undefined : { channel, id: about.id }
    const form = await intake.form(spec.name, await wanted.place(visit, signal), visit.by, asking)
    if (form === null) return 'none'
    if (form.fields.some(isTooLong)) return 'too_long'
    // Its title speaks of the message in whose menu the command is.
    const titled = target === null && spec.menu !== undefined ? { ...form, title: spec.description } : form
    const { responseUrl, at } = scene
    const note = { command: spec.name, channel, target, about, flags, fromHome, responseUrl, at }
    const view = modalOf(titled, note)
    const args = { trigger_id: scene.trigger, view }
    const reply = await wire.call({ team: visit.installation.team, method: 'views.open', args }, signal)
    if (reply.kind === 'done') return 'open'
    const why = reply.kind === 'refused' ? reply.error : undefined
    log.warn({ command: spec.name, outcome: reply.kind, why }, 'Slack did not open a form')
    if (reply.kind === 'limited') return reply.kind
    // It may stand open: to carry the command out beside it would be a second answer.
    return reply.kind === 'unknown' ? 'open' : 'failed'
  }

  return {
    async open(wanted, scene, signal) {
      if (!wanted.spec.form || scene.trigger === null) return 'none'
      const limit = Math.max(1, openMs - (clock.elapsed() - scene.heardAt))
      let words: string
      try {
        const opened = await within({ clock, limit, signal }, (limited) => tryOpening(wanted, scene, limited))
        if (opened !== 'limited' && opened !== 'too_long') return opened
        words = opened === 'limited' ? tooManyFormsWords : tooLongFormWords
      } catch (err) {
        signal.throwIfAborted()
        log.warn({ err, command: wanted.spec.name }, 'a form could not be made')
        return 'failed'
      }
      // Home is no channel: there it is said in the person's direct messages.
      await whisper({ ...scene, channel: scene.channel ?? wanted.channel }, words, signal)
      return 'open'
    },
  }
}
