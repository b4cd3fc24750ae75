import type { Context } from 'hono'
import { Hono } from 'hono'
import type { BodyReader } from '../body.ts'
import type { WebEnv } from '../env.ts'
import type { Gate } from '../gate.ts'
import type { Timing, WebOptions } from '../options.ts'
import { landing } from './landing.ts'

/** The REST routes (CONTRACT: HTTP). What they need beyond /health is loaded with the first call. */
export function restRoutes(
  options: WebOptions,
  parts: {
    readonly gate: Gate
    readonly bodies: BodyReader
    readonly timing: Timing
    readonly page: (c: Context<WebEnv>) => Promise<Response>
    readonly report: (error: unknown, requestId: string) => void
  },
): Hono<WebEnv> {
  const { gate, timing } = parts
  const routes = new Hono<WebEnv>()
  const chatParts = { ...parts, direct: options.direct, clock: options.clock }

  routes.get('/', async (c) => {
    c.header('vary', 'Accept')
    return wantsHtml(c) ? parts.page(c) : c.json(landing(options.version))
  })

  routes.get('/health', async (c) => {
    const { healthy, ...details } = await options.health(within(c, timing.lookup))
    const body = {
      status: healthy ? 'healthy' : 'unhealthy',
      service: 'Parley',
      provider: options.provider,
      version: options.version,
      ...details,
    }
    return c.json(body, healthy ? 200 : 503)
  })

  routes.get('/models', gate.rest, async (c) => {
    const models = await options.models(within(c, timing.lookup))
    return c.json({ models: models.map((model) => model.id), default: options.defaultModel })
  })

  routes.post('/chat', gate.rest, async (c) => (await import('./chat.ts')).chat(c, chatParts))
  routes.post('/chat/stream', gate.rest, async (c) => (await import('./chat.ts')).chatStream(c, chatParts))

  routes.get('/metrics', gate.rest, async (c) => {
    const { text, contentType } = await options.metrics()
    return c.body(text, 200, { 'content-type': contentType })
  })

  routes.get('/openapi.json', async (c) => c.json((await import('./openapi.ts')).openapi(options.version)))

  return routes
}

const within = (c: Context<WebEnv>, ms: number): AbortSignal =>
  AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(ms)])

function wantsHtml(c: Context<WebEnv>): boolean {
  return (c.req.header('accept') ?? '').toLowerCase().includes('text/html')
}
