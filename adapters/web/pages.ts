import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Context, Hono } from 'hono'
import type { WebEnv } from './env.ts'
import { Problem } from './problem.ts'

const publicDir = new URL('./public/', import.meta.url)

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

/** The browser's libraries, as their packages ship them. */
const vendor = new Map([
  ['marked.js', 'marked'],
  ['purify.js', 'dompurify'],
  ['highlight.js', '@highlightjs/cdn-assets/es/highlight.min.js'],
  ['highlight.css', '@highlightjs/cdn-assets/styles/github.min.css'],
  ['highlight-dark.css', '@highlightjs/cdn-assets/styles/github-dark.min.css'],
])

/** The playground's page: GET / for browsers. */
export const indexPage = (c: Context<WebEnv>): Promise<Response> => serve(c, new URL('index.html', publicDir))

/** The playground's own files under /app and its libraries under /vendor; served as they are, revalidated by ETag. */
export function pages(): Hono<WebEnv> {
  const routes = new Hono<WebEnv>()
  routes.get('/app/*', (c) => serve(c, inPublic(c.req.path.replace(/^.*?\/app\//, ''))))
  routes.get('/vendor/:name', (c) => {
    const specifier = vendor.get(c.req.param('name'))
    if (!specifier) throw missing(c)
    return serve(c, new URL(import.meta.resolve(specifier)))
  })
  return routes
}

/** Names of plain segments only, so that no path leads out of the folder. */
function inPublic(path: string): URL | null {
  const plain = path.split('/').every((segment) => /^[\w-][\w.-]*$/.test(segment))
  return plain ? new URL(path, publicDir) : null
}

async function serve(c: Context<WebEnv>, file: URL | null): Promise<Response> {
  const type = file && types[extname(file.pathname)]
  if (!file || !type) throw missing(c)
  const path = fileURLToPath(file)
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw missing(c)
  const etag = `"${createHash('sha256').update(`${found.mtimeMs}:${found.size}`).digest('base64url').slice(0, 20)}"`
  const headers = { 'content-type': type, 'cache-control': 'no-cache', etag }
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers)
  return c.body(new Uint8Array(await readFile(path)), 200, headers)
}

const missing = (c: Context<WebEnv>): Problem =>
  new Problem(404, `There is no page ${c.req.path.slice(0, 200)}.`)
