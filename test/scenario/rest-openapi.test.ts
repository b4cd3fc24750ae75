import { afterEach, describe, expect, it } from 'vitest'
import { call } from '../unit/web-http.ts'
import { type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, { properties: Record<string, unknown> }> }
}
interface Operation {
  readonly operationId: string
  readonly responses: Record<string, { description: string }>
}

async function document(): Promise<Document> {
  world = await webWorld()
  return (await call(`${world.url}/openapi.json`)).body as unknown as Document
}

function refs(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refs(inner)))
}

describe('GET /openapi.json', () => {
  it('describes the routes that exist, and each described route exists', async () => {
    const { openapi, paths } = await document()
    expect(openapi).toBe('3.1.0')
    const { endpoints } = (await call(world.url)).body as { endpoints: object }
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.sort()).toEqual(['GET /', ...Object.keys(endpoints)].sort())
    for (const each of described) {
      const [method = '', path = ''] = each.split(' ')
      const { status } = await fetch(world.url + path, { method })
      expect([200, 400], each).toContain(status)
    }
  })

  it('names what /health says, platforms included', async () => {
    const { components } = await document()
    const { body } = await call(`${world.url}/health`)
    expect(Object.keys(components.schemas.Health?.properties ?? {})).toEqual(
      expect.arrayContaining([...Object.keys(body as object), 'platforms']),
    )
  })

  it('has no reference that leads nowhere, and every operation its own id and described answers', async () => {
    const whole = await document()
    const found = refs(whole)
    expect(found.length).toBeGreaterThan(10)
    for (const ref of found) {
      const [, kind, group, name] = ref.split('/')
      expect([kind, group]).toEqual(['components', 'schemas'])
      expect(whole.components.schemas, ref).toHaveProperty(name ?? '')
    }
    const operations = Object.values(whole.paths).flatMap((methods) => Object.values(methods))
    expect(new Set(operations.map((each) => each.operationId)).size).toBe(operations.length)
    for (const { responses } of operations)
      for (const [status, response] of Object.entries(responses)) {
        expect(status).toMatch(/^[245]\d\d$/)
        expect(response.description).not.toBe('')
      }
  })

  it('is made from the schema that checks the input', async () => {
    const { components } = await document()
    const { properties } = components.schemas.ChatRequest ?? { properties: {} }
    expect(properties.temperature).toEqual({ type: 'number', minimum: 0, maximum: 2 })
    expect(components.schemas.ChatRequest).toMatchObject({ additionalProperties: false })
    expect(components.schemas.SpeechRequest).toMatchObject({ required: ['text'] })
    const unknown = await fetch(`${world.url}/chat`, { method: 'POST', body: '{"message":"x","y":1}' })
    const { error } = (await unknown.json()) as { error: string }
    for (const name of Object.keys(properties)) expect(error).toContain(name)
  })
})
