import { ModelError } from '../../src/ports/failure.ts'
import type { Model, ModelEvent, ReplyRequest } from '../../src/ports/model.ts'

/** One answer under the test's control. */
export interface ScriptedReply {
  readonly request: ReplyRequest
  readonly aborted: AbortSignal
  say(...deltas: readonly string[]): void
  /** By the tool `image_generation`. */
  paint(png: Uint8Array, partial?: boolean): void
  end(reason?: 'complete' | 'length' | 'filter' | 'refusal'): void
  fail(error: ModelError): void
}

export interface ScriptedModel {
  readonly model: Model
  readonly requests: readonly ReplyRequest[]
  /** The next call that nobody took yet; waits for it. */
  next(): Promise<ScriptedReply>
  /** From now on every call answers so by itself. */
  always(answer: (request: ReplyRequest) => readonly string[]): void
}

export function createScriptedModel(ids: readonly string[] = ['scripted', 'other']): ScriptedModel {
  const requests: ReplyRequest[] = []
  const ready: ScriptedReply[] = []
  const takers: ((reply: ScriptedReply) => void)[] = []
  let automatic: ((request: ReplyRequest) => readonly string[]) | null = null

  return {
    requests,
    next: () => {
      const reply = ready.shift()
      return reply === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(reply)
    },
    always: (answer) => {
      automatic = answer
    },
    model: {
      provider: 'scripted',
      models: async () => ids.map((id) => ({ id, shutdownDate: null })),
      async *reply(request, signal) {
        requests.push(request)
        const queue: (ModelEvent | ModelError)[] = []
        let wake = Promise.withResolvers<void>()
        const push = (event: ModelEvent | ModelError) => {
          queue.push(event)
          wake.resolve()
        }
        const usage = { inputTokens: 100, cachedTokens: 0, outputTokens: 20, reasoningTokens: 0, exact: true }
        const reply: ScriptedReply = {
          request,
          aborted: signal,
          say: (...deltas) => {
            for (const delta of deltas) push({ kind: 'text', delta })
          },
          paint: (png, partial = false) =>
            push({
              kind: 'image',
              id: 'ig_1',
              base64: Buffer.from(png).toString('base64'),
              type: 'image/png',
              partial,
            }),
          end: (reason = 'complete') =>
            push({ kind: 'end', end: { reason, model: request.model, usage, requestId: 'req_1' } }),
          fail: push,
        }
        push({ kind: 'started', requestId: 'req_1' })
        if (automatic !== null) {
          reply.say(...automatic(request))
          reply.end()
        } else {
          const taker = takers.shift()
          if (taker === undefined) ready.push(reply)
          else taker(reply)
        }
        signal.addEventListener('abort', () => push(new ModelError('aborted', 'stopped')), { once: true })
        for (;;) {
          if (signal.aborted) throw new ModelError('aborted', 'stopped')
          const event = queue.shift()
          if (event === undefined) {
            await wake.promise
            wake = Promise.withResolvers()
            continue
          }
          if (event instanceof ModelError) throw event
          yield event
          if (event.kind === 'end') return
        }
      },
    },
  }
}
