import type { Context } from 'hono'
import { Hono } from 'hono'
import { TooSlow, within } from '../../../src/within.ts'
import type { BodyReader } from '../body.ts'
import type { WebEnv } from '../env.ts'
import type { Gate } from '../gate.ts'
import type { ModelList } from '../model-list.ts'
import type { Health, Timing, WebOptions } from '../options.ts'
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
  const audioParts = { bodies: parts.bodies, sounds: options.sounds, chance: options.chance }
  const chatParts = { ...parts, direct: options.direct, clock: options.clock, chance: options.chance }

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
    const bounds = { clock: options.clock, limit: timing.lookup, signal: c.req.raw.signal }
    try {
      return await within(bounds, options.health)
    } catch (error) {
      parts.report(error, c.get('requestId'))
      const slow = error instanceof TooSlow
      return {
        healthy: false,
        reason: slow ? 'the check takes too long' : 'the check failed; the log says how',
      }
    }
  }

  routes.get('/models', gate.rest, async (c) => c.json(await parts.models(c.req.raw.signal)))

  routes.post('/chat', gate.rest, async (c) => (await import('./chat.ts')).chat(c, chatParts))
  routes.post('/chat/stream', gate.rest, async (c) => (await import('./chat.ts')).chatStream(c, chatParts))

  routes.post('/audio/speech', gate.rest, async (c) => (await import('./audio.ts')).speech(c, audioParts))
  routes.post('/audio/transcriptions', gate.rest, async (c) =>
    (await import('./audio.ts')).transcription(c, audioParts),
  )

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
