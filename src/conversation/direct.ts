import type { Logger } from 'pino'
import { nearest } from '../config/nearest.ts'
import { readImage } from '../media/image.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ledger } from '../ports/ledger.ts'
import type { PromptMessage, PromptPart } from '../ports/model.ts'
import { type Direct, type DirectImage, type DirectRequest, Refused } from './answer.ts'
import { type AskingDeps, openReply } from './asking.ts'
import type { Catalog } from './catalog.ts'
import { cacheKey } from './keys.ts'
import { imageTokens } from './prompt.ts'
import { countTokens } from './tokens.ts'

export interface DirectDeps extends AskingDeps {
  readonly ledger: Ledger
  readonly catalog: Catalog
  readonly clock: Clock
  readonly log: Logger
  /** Aborts when the program can wait no longer for answers. */
  readonly closing: AbortSignal
  readonly defaults: { readonly model: string; readonly persona: string }
}

/** A turn on the caller's own connection: nothing is queued or remembered, but budget, media and model are the same. */
export function createDirect(deps: DirectDeps): Direct {
  return async function* direct(request, caller) {
    const signal = AbortSignal.any([caller, deps.closing])
    const model = await chosenModel(deps, request, signal)
    const images = await Promise.all(request.images.map(readDirectImage))
    const instructions = request.instructions ?? deps.defaults.persona
    const texts = [instructions, request.message, ...request.history.map(({ content }) => content)]
    const counts = await Promise.all(texts.map((text) => countTokens(text)))
    const messages: PromptMessage[] = [
      ...request.history.map(({ role, content }) => ({ role, content: [textPart(content)] })),
      { role: 'user', content: [textPart(request.message), ...images] },
    ]
    const person = cacheKey(request.spender.person)
    const reply = await openReply(deps, {
      id: request.turn,
      spender: request.spender,
      request: { model, instructions, messages, parameters: request.parameters, person },
      promptTokens: counts.reduce((sum, tokens) => sum + tokens, images.length * imageTokens),
    })

    const text: string[] = []
    try {
      for await (const event of reply.stream(signal)) {
        if (event.kind === 'text') {
          text.push(event.delta)
          yield { kind: 'text', delta: event.delta }
        }
        if (event.kind === 'warning') yield { kind: 'warning', words: `${event.parameter}: ${event.why}` }
      }
    } finally {
      const cost = await reply.cost()
      if (cost === null) await reply.release()
      else await deps.ledger.settle(cost.charge)
    }
    const [cost, end] = [await reply.cost(), reply.end]
    if (cost === null || end === null) throw new Error('a reply ended without its end')
    const { usage, charge } = cost
    yield {
      kind: 'end',
      end: { text: text.join(''), reason: end.reason, model: end.model, usage, costUsd: charge.amount / 1e9 },
    }
  }
}

async function chosenModel(deps: DirectDeps, request: DirectRequest, signal: AbortSignal): Promise<string> {
  const { model } = request
  if (model === undefined || model === deps.defaults.model) return deps.defaults.model
  if ((await deps.catalog.has(model, signal)) !== 'no') return model
  const names = (await deps.catalog.list(signal)).map(({ id }) => id)
  const near = nearest(model, names)
  const hint = near === null ? '' : ` Did you mean "${near}"?`
  throw new Refused(
    'unknown_model',
    `There is no model "${model.slice(0, 100)}".${hint} GET /models lists what there is.`,
  )
}

async function readDirectImage(image: DirectImage, index: number): Promise<PromptPart> {
  if (image.kind === 'url') return { kind: 'image', image }
  const read = await readImage(image.name, image.bytes)
  if (read.kind === 'skipped') throw new Refused('bad_input', `images[${index}]: ${read.why}.`)
  return read
}

const textPart = (text: string): PromptPart => ({ kind: 'text', text })
