import type OpenAI from 'openai'
import { chatReader } from './chat-events.ts'
import type { Connection } from './connection.ts'
import type { StreamedEvent } from './finish.ts'
import { merged } from './merged.ts'
import { fromProblem, type Occasion, plain } from './model-error.ts'
import { patience } from './patience.ts'
import type { Watch } from './watch.ts'

type Chunks = AsyncIterable<readonly OpenAI.Chat.ChatCompletionChunk[]>

/** Throws `cut` when the stream closes before a `finish_reason`. Usage comes after that, so the end waits for the close. */
export async function* chatStream(
  stream: Chunks,
  { timeouts }: Connection,
  occasion: Occasion,
  watch: Watch,
): AsyncGenerator<StreamedEvent> {
  const reader = chatReader()
  const limitAfter = patience(timeouts)
  let limit = limitAfter([])
  const batches = stream[Symbol.asyncIterator]()
  for (;;) {
    watch.allow(limit)
    const next = await watch.wait(batches.next())
    watch.rest()
    if (next.done) break
    const told = next.value.flatMap((chunk) => reader.read(chunk))
    limit = limitAfter(told.map(({ kind }) => kind))
    yield* merged(told)
  }
  const finish = reader.finish()
  if (finish === null) throw plain('cut', null, occasion)
  if (finish.kind === 'failed')
    throw fromProblem({ ...finish.problem, requestId: occasion.requestId }, occasion)
  yield finish
}
