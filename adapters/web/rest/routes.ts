import type { Context } from 'hono'
import { Hono } from 'hono'
import type { BodyReader } from '../body.ts'
import type { WebEnv } from '../env.ts'
import type { Gate } from '../gate.ts'
import { inTime } from '../in-time.ts'
import type { ModelList } from '../model-list.ts'
import type { Health, Timing, WebOptions } from '../options.ts'
import { Problem } from '../problem.ts'
import { landing } from './landing.ts'

/** The REST routes (CONTRACT: HTTP). What they need beyond /health is loaded with the first call. */
export function restRoutes(
  options: WebOptions,
  parts: {
    readonly gate: Gate
    readonly bodies: BodyReader
    readonly models: ModelList
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
    const { healthy, ...details } = await health(c)
    const body = {
      status: healthy ? 'healthy' : 'unhealthy',
      service: 'Parley',
      provider: options.provider,
      version: options.version,
      ...details,
    }
    return c.json(body, healthy ? 200 : 503)
  })

  async function health(c: Context<WebEnv>): Promise<Health> {
    const slow = new Problem(503, 'the check takes too long')
    try {
      return await inTime(options.health, { ms: timing.lookup, client: c.req.raw.signal, slow })
    } catch (error) {
      parts.report(error, c.get('requestId'))
      return { healthy: false, reason: error === slow ? slow.message : 'the check failed; the log says how' }
    }
  }

  routes.get('/models', gate.rest, async (c) => c.json(await parts.models(c.req.raw.signal)))

  routes.post('/chat', gate.rest, async (c) => (await import('./chat.ts')).chat(c, chatParts))
  routes.post('/chat/stream', gate.rest, async (c) => (await import('./chat.ts')).chatStream(c, chatParts))

  routes.get('/metrics', gate.rest, async (c) => {
    const { text, contentType } = await options.metrics()
    return c.body(text, 200, { 'content-type': contentType })
  })

  routes.get('/openapi.json', async (c) => c.json((await import('./openapi.ts')).openapi(options.version)))

  return routes
}

function wantsHtml(c: Context<WebEnv>): boolean {
  return (c.req.header('accept') ?? '').toLowerCase().includes('text/html')
}
