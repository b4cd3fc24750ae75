import type OpenAI from 'openai'
import { chatReader } from './chat-events.ts'
import type { Connection } from './connection.ts'
import type { StreamedEvent } from './finish.ts'
import { type Occasion, plain } from './model-error.ts'
import type { Watch } from './watch.ts'

type Chunks = AsyncIterable<OpenAI.Chat.ChatCompletionChunk>

/** Throws `cut` when the stream closes before a `finish_reason`. Usage comes after that, so the end waits for the close. */
export async function* chatStream(
  stream: Chunks,
  { timeouts }: Connection,
  occasion: Occasion,
  watch: Watch,
): AsyncGenerator<StreamedEvent> {
  const reader = chatReader()
  const chunks = stream[Symbol.asyncIterator]()
  for (;;) {
    const next = await watch.wait(chunks.next())
    if (next.done) break
    watch.allow(timeouts.silenceMs)
    yield* reader.read(next.value)
  }
  const finish = reader.finish()
  if (finish === null) throw plain('cut', null, occasion)
  yield { kind: 'finish', finish }
}
