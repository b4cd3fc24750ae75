import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** When one answer was asked for and written; ms since the epoch. */
export interface Written {
  readonly askedAt: number
  readonly firstAt: number
  readonly lastAt: number
}

export interface PacedModel {
  /** For OPENAI_BASE_URL. */
  readonly url: string
  readonly text: string
  /** By the number in the question, `question 17`; there once the last token has left. */
  readonly written: ReadonlyMap<number, Written>
  close(): Promise<void>
}

export interface Pace {
  readonly tokens: number
  readonly tokensPerSecond: number
  readonly firstTokenMs: number
  /** The first token is the question's number, so that no two answers are the same. */
  readonly numbered?: true
}

const TICK_MS = 10

/** Takes over what is no question, such as `/v1/audio/speech`; false: it is one. */
export type OtherRoutes = (request: IncomingMessage, response: ServerResponse) => boolean

/** A Responses server that writes the same text to everybody, a token an event, at an even pace. */
export async function startPacedModel(pace: Pace, others: OtherRoutes = () => false): Promise<PacedModel> {
  const tokens = Array.from({ length: pace.tokens }, (_, index) => `${WORDS[index % WORDS.length]} `)
  const written = new Map<number, Written>()
  const server = createServer(async (request, response) => {
    if (others(request, response)) return
    const askedAt = Date.now()
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const asked = Buffer.concat(pieces).toString()
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'paced', object: 'model' }] }))
      return
    }
    const number = Number(/question (\d+)(?!.*question \d)/s.exec(asked)?.[1] ?? Number.NaN)
    write(response, pace.numbered ? [`${number} `, ...tokens.slice(1)] : tokens, pace, (firstAt) => {
      written.set(number, { askedAt, firstAt, lastAt: Date.now() })
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    text: tokens.join('').trimEnd(),
    written,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function write(
  response: ServerResponse,
  tokens: readonly string[],
  { tokensPerSecond, firstTokenMs }: Pace,
  done: (firstAt: number) => void,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_bench' })
  let sequence = 0
  const event = (type: string, rest: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...rest })}\n\n`
  const item = { id: 'msg_1', type: 'message', role: 'assistant' }
  const state = (status: string, more = {}) => ({
    response: { id: 'resp_1', object: 'response', status, model: 'paced', output: [], ...more },
  })
  response.write(
    event('response.created', state('in_progress')) +
      event('response.output_item.added', { output_index: 0, item: { ...item, content: [] } }),
  )
  let next = 0
  let firstAt = Number.NaN
  const startsAt = Date.now() + firstTokenMs
  const timer = setInterval(() => {
    const due = Math.floor(((Date.now() - startsAt) * tokensPerSecond) / 1000) + 1
    for (; next < Math.min(due, tokens.length); next++) {
      if (next === 0) firstAt = Date.now()
      response.write(
        event('response.output_text.delta', {
          item_id: 'msg_1',
          output_index: 0,
          content_index: 0,
          delta: tokens[next],
          logprobs: [],
        }),
      )
    }
    if (next < tokens.length) return
    clearInterval(timer)
    response.end(event('response.completed', state('completed', { usage: usageOf(tokens.length) })))
    done(firstAt)
  }, TICK_MS)
  response.on('close', () => clearInterval(timer))
}

const usageOf = (output: number) => ({
  input_tokens: 20,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 20 + output,
})

/** 4.25 characters a token with the space, as English has. */
const WORDS = ['and', 'the', 'one', 'four']
