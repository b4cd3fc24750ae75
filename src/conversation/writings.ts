import { createPaintingWriting, type PaintingDeps } from './painting-writing.ts'
import { createSpeechWriting, type SpeechDeps } from './speech-writing.ts'
import { createTranscriptWriting, type TranscriptDeps } from './transcript-writing.ts'
import { createWriting, type Writing, type WritingDeps, type WritingPlace } from './writing.ts'

export interface WritingsDeps extends WritingDeps, SpeechDeps, TranscriptDeps, PaintingDeps {}

/** What writes, by the turn's task. */
export function createWritings(deps: WritingsDeps, on: WritingPlace): Writing {
  switch (on.question.task.kind) {
    case 'answer':
      return createWriting(deps, on)
    case 'speak':
      return createSpeechWriting(deps, on, on.question.task)
    case 'transcribe':
      return createTranscriptWriting(deps, on, on.question.task)
    case 'paint':
      return createPaintingWriting(deps, on, on.question.task)
  }
}
