import type { ReplyRequest } from '../../src/ports/model.ts'
import { given } from './given.ts'
import { pending, wordsOf } from './pending.ts'
import { quotedAll } from './quote.ts'
import { codeSample, longSample, tableSample } from './samples.ts'

const MARK = '**Rehearsal:** no model is configured, so nobody has thought about this.'
const NEXT = 'For real answers, set `OPENAI_API_KEY` (or `OPENAI_BASE_URL`) and start Parley again.'

/** Markdown that says what a model would have been given; the same for the same request. */
export function answerTo(request: ReplyRequest): string {
  const said = pending(request)
    .map(wordsOf)
    .filter((words) => words !== '')
  const words = said.join('\n\n')
  if (request.parameters.responseFormat?.kind === 'json_object') return json(request, words)
  const blocks = [
    `${MARK} Here is what one would have been given.`,
    quotedAll(said),
    given(request),
    ...samples(words),
    NEXT,
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

/** What a person can ask for to try the display; in English, as the rest of the answer. */
function samples(words: string): string[] {
  return [
    ...(/\bcode\b/i.test(words) ? [codeSample] : []),
    ...(/\btables?\b/i.test(words) ? [tableSample] : []),
    ...(/\blong\b/i.test(words) ? [longSample()] : []),
  ]
}

function json(request: ReplyRequest, words: string): string {
  return JSON.stringify({
    rehearsal: true,
    note: `${MARK.replaceAll('*', '')} ${NEXT}`,
    model: request.model,
    words,
  })
}
