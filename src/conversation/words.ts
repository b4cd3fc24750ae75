import { ModelError } from '../ports/failure.ts'
import type { ReplyEnd } from '../ports/model.ts'
import { modelWords } from '../server-words.ts'
import { Refused } from './refused.ts'

/** What people read when something ends other than it should. Each says what happened and what to do next. */

export const stoppedWords = '*— stopped*'

export const suspendedWords = '*— interrupted by a restart; this answer will be finished right after it*'

/** What is added to an answer that the provider ended early; null when it is whole. */
export function endWords(reason: ReplyEnd['reason']): string | null {
  switch (reason) {
    case 'complete':
    case 'refusal':
      return null
    case 'length':
      return '*— cut at the length limit; ask me to go on*'
    case 'filter':
      return "*— stopped by the provider's content filter; try other words*"
  }
}

/** An error in words for the person who asked; internals stay in the log, under the turn's id. */
export function failureWords(error: unknown, turn: string): string {
  if (error instanceof Refused) return error.words
  if (error instanceof ModelError) return modelWords(error)
  return `Something went wrong inside Parley. Try again; if it happens again, tell whoever runs it: the log has it under ${turn}.`
}

/** Behind the reason why something failed that no button makes once more. */
export const commandAgainWords = 'To try again, call the command once more.'
export const aloudAgainWords = 'To try again, have it read aloud once more.'

export const emptyWords = 'The model gave no answer. Try again, or put it in other words.'
export const noQuestionWords =
  'I see no question here. What would you like to know? Write it here, say it, or attach a file.'
export const nothingToReadWords =
  'Nothing else in this message is a question: send the file once more, or write what you would like to know.'
export const endedWords = 'This answer is no longer being written.'
/** Who may moderate has another name on each platform. */
const onlyTheirs = 'Only the person who asked, or somebody who may moderate here, can'
/** Why nothing is written again, or read aloud. */
export const nothingWords = {
  forgotten: 'That answer is not in my memory any more, so I can’t write it again. Ask anew.',
  not_theirs: `${onlyTheirs} have this answer written again.`,
  unreadable: 'That answer is not in my memory any more, so I can’t read it aloud. Ask anew.',
  wordless: 'There are no words in that answer, so I can’t read it aloud.',
  spoken: 'That answer was read aloud already.',
} as const
export const notTheirsToStopWords = `${onlyTheirs} stop this answer.`
export const notTheirsToCorrectWords = `${onlyTheirs} correct what was heard.`
export const notPrivateWords =
  'I can’t answer for you alone here. Ask me in a direct message, or without `private`.'
export const givenUpWords = (turn: string): string =>
  `I could not answer this after several tries. Ask again; if it happens again, tell whoever runs Parley: the log has it under ${turn}.`
