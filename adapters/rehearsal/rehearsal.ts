import type { Clock } from '../../src/ports/clock.ts'
import type { Embedder, Model, Moderator, Painter, Speaker, Transcriber } from '../../src/ports/model.ts'
import { rehearsalEmbedder } from './embedder.ts'
import { rehearsalModel } from './model.ts'
import { rehearsalModerator } from './moderator.ts'
import { rehearsalPainter } from './painter.ts'
import { rehearsalSpeaker } from './speaker.ts'
import { rehearsalTranscriber } from './transcriber.ts'

export interface RehearsalOptions {
  readonly clock: Clock
  /** Words a second, more or less; Infinity = no pauses. */
  readonly tokensPerSecond: number
  /** Milliseconds before the first word. */
  readonly firstTokenMs: number
}

export interface Rehearsal {
  readonly model: Model
  readonly transcriber: Transcriber
  readonly speaker: Speaker
  readonly moderator: Moderator
  readonly embedder: Embedder
  readonly painter: Painter
}

/** Stands in for a model when none is configured: no network, and the same answer to the same request. */
export function createRehearsal(options: RehearsalOptions): Rehearsal {
  return {
    model: rehearsalModel(options),
    transcriber: rehearsalTranscriber(),
    speaker: rehearsalSpeaker(),
    moderator: rehearsalModerator(),
    embedder: rehearsalEmbedder(),
    painter: rehearsalPainter(),
  }
}
