import { afterEach, describe, expect, it } from 'vitest'
import { type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

describe('pages and libraries', () => {
  it('are served with their types and revalidated', async () => {
    world = await webWorld()
    for (const [path, type] of [
      ['vendor/marked.js', 'text/javascript'],
      ['vendor/purify.js', 'text/javascript'],
      ['vendor/highlight.js', 'text/javascript'],
      ['vendor/highlight.css', 'text/css'],
      ['vendor/highlight-dark.css', 'text/css'],
    ]) {
      const first = await fetch(`${world.url}/playground/${path}`)
      expect(first.headers.get('content-type'), path).toBe(`${type}; charset=utf-8`)
      const headers = { 'if-none-match': first.headers.get('etag') ?? '' }
      expect((await fetch(`${world.url}/playground/${path}`, { headers })).status).toBe(304)
    }
  })

  it('do not lead out of their folder', async () => {
    world = await webWorld()
    for (const path of [
      'app/..%2fweb.ts',
      'app/..%2f..%2f..%2fpackage.json',
      'app//etc/x.json',
      'app/%2e%2e/web.ts',
      'app//etc/passwd',
      'app/../web.ts',
      'app/.env',
      'vendor/pino',
      'app/',
    ])
      expect((await fetch(`${world.url}/playground/${path}`)).status, path).toBe(404)
  })

  it('are not looked for among what every object has', async () => {
    world = await webWorld()
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])
      for (const path of [`vendor/${name}`, `app/${name}`, `app/x.${name}`])
        expect((await fetch(`${world.url}/playground/${path}`)).status, path).toBe(404)
  })
})
