import type { Claim, Draft, DraftAnswer, DraftPart } from '../ports/inbox.ts'

/** The turn's draft in the inbox: what it has shown, and, once the text is whole, the text. */
export interface Drafting {
  /** What a former try made public, or the messages of the answer that is written again. */
  readonly parts: readonly DraftPart[]
  readonly answer: DraftAnswer | null
  /** The text is not whole after all: the next try asks again. */
  forgetAnswer(): Promise<void>
  saveParts(parts: readonly DraftPart[]): Promise<void>
  saveAnswer(answer: DraftAnswer): Promise<void>
}

export function createDrafting(claim: Claim, turn: string, before: readonly DraftPart[]): Drafting {
  let draft: Draft = claim.draft ?? { turn, parts: before, answer: null }
  const save = (change: Partial<Draft>): Promise<void> => {
    draft = { ...draft, ...change }
    return claim.saveDraft(draft)
  }
  return {
    get parts() {
      return draft.parts
    },
    get answer() {
      return draft.answer
    },
    forgetAnswer: async () => {
      if (draft.answer !== null) await save({ answer: null })
    },
    saveParts: (parts) => save({ parts }),
    saveAnswer: (answer) => save({ answer }),
  }
}
