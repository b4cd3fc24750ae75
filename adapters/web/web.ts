import { type Context, Hono } from 'hono'
import type { Platform } from '../../src/ports/platform.ts'
import { createBodyReader } from './body.ts'
import { cors as corsFor, originCheck } from './cors.ts'
import type { WebEnv } from './env.ts'
import { closedWords, createGate } from './gate.ts'
import { everyAnswer } from './headers.ts'
import { createKeyring } from './keys.ts'
import { createModelList } from './model-list.ts'
import { mounted } from './mounted.ts'
import { defaultTiming, type WebOptions } from './options.ts'
import { indexPage, pages } from './pages.ts'
import { createPlayground } from './playground/playground.ts'
import { Problem, problemOf, wrongMethod } from './problem.ts'
import { createReport, type Report } from './report.ts'
import { methodsAt, nothingHere } from './rest/landing.ts'
import { restRoutes } from './rest/routes.ts'
import { createHttpServer } from './server.ts'
import { createSessions } from './sessions.ts'
import { createWrongKeys } from './wrong-keys.ts'

export interface Web {
  readonly platform: Platform
  /** Rejects with words that say what to mend. */
  listen(): Promise<{ readonly url: string }>
  /** Ends event streams, lets running requests finish for some seconds, and closes. */
  close(): Promise<void>
}

/** The web server: REST API and playground on one address. */
export function createWeb(options: WebOptions): Web {
  const timing = { ...defaultTiming, ...options.timing }
  const keyring = createKeyring(options.apiKeys)
  const sessions = createSessions(options.store, keyring)
  const allowedOrigin = originCheck(options.corsOrigins, !keyring.empty)
  const gate = createGate({ host: options.host, keyring, sessions, allowedOrigin })
  const bodies = createBodyReader(options.clock, timing)
  const models = createModelList(options, timing)
  const wrongKeys = createWrongKeys(options.clock)
  const playground = createPlayground({
    options,
    timing,
    gate,
    keyring,
    sessions,
    wrongKeys,
    bodies,
    models,
  })

  const report = createReport(options.log)

  const app = new Hono<WebEnv>()
  app.use(everyAnswer(options.chance.uuid))
  app.onError((error, c) => answerError(c, error, report))
  app.notFound((c) => {
    throw absent(c)
  })
  app.route('/', mounted(options.routes ?? []))
  app.use((c, next) => (c.req.path === '/health' ? next() : gate.entry(c, next)))
  const cors = corsFor(allowedOrigin)
  app.use((c, next) => (c.req.path.startsWith('/playground') ? next() : cors(c, next)))
  app.route('/', restRoutes(options, { gate, bodies, models, timing, page: indexPage, report }))
  app.route('/playground', pages())
  app.route('/playground', playground.routes)

  const server = createHttpServer(app)
  return {
    platform: playground.platform,
    listen: () => server.listen(options.host, options.port),
    close: () => {
      playground.close()
      return server.close(timing.drain)
    },
  }
}

function answerError(c: Context<WebEnv>, error: unknown, report: Report): Response {
  const requestId = c.get('requestId')
  if (!c.req.raw.signal.aborted) report(error, requestId)
  const problem = problemOf(error, requestId)
  for (const [name, value] of Object.entries(problem.headers)) c.header(name, value)
  if (problem.message === closedWords && c.req.header('accept')?.includes('text/html'))
    return c.html(`<!doctype html><title>Parley</title><p>${closedWords}</p>`, 403)
  return c.json({ error: problem.message }, problem.status)
}

function absent(c: Context<WebEnv>): Problem {
  const { method, path } = c.req
  const methods = path === '/' ? ['GET'] : methodsAt(path)
  if (methods.length === 0) return new Problem(404, nothingHere(method, path))
  return wrongMethod(method, path, methods)
}
