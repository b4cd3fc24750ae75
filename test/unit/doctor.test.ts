import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { checkUp, type Finding, fail, note, ok } from '../../src/doctor/finding.ts'
import { checkMedia } from '../../src/doctor/media-check.ts'
import { checkModel } from '../../src/doctor/model-check.ts'
import { checkWeb } from '../../src/doctor/web-check.ts'
import { createPrices } from '../../src/policy/prices.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { Model, ModelInfo } from '../../src/ports/model.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'parley-doctor-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const load = (env: Record<string, string>): Promise<Config> => loadConfig({ env, cwd })
const lines = (findings: readonly Finding[]) => findings.map(({ state, words }) => `${state}: ${words}`)

/** What hears, speaks and paints, as long as nothing else is set. */
const siblings = ['gpt-transcribe', 'gpt-4o-mini-tts', 'gpt-image-2.5-flare'].map((id) => ({
  id,
  shutdownDate: null,
}))

async function asked(env: Record<string, string>, models: readonly ModelInfo[] | Error): Promise<string[]> {
  const config = await load(env)
  const model: Model = {
    provider: 'openai',
    async models() {
      if (models instanceof Error) throw models
      return models
    },
    reply() {
      throw new Error('nobody asked')
    },
  }
  const prices = createPrices({ overrides: config.prices, provider: 'openai', baseUrl: null })
  return lines(await checkModel(model, config, prices, { now: () => Date.UTC(2026, 10, 20) }))
}

describe('the check of the model', () => {
  const luna = { OPENAI_API_KEY: 'sk-1', OPENAI_MODEL: 'gpt-6-luna' }

  it('is content when the model is there', async () => {
    expect(await asked(luna, [{ id: 'gpt-6-luna', shutdownDate: null }, ...siblings])).toEqual([
      'ok: OpenAI answers and has gpt-6-luna (4 models in all)',
    ])
  })

  it('names models that are there when the chosen one isn’t', async () => {
    const [line] = await asked(luna, [{ id: 'gpt-6-sol', shutdownDate: null }])
    expect(line).toBe('fail: OpenAI answers, but has no gpt-6-luna. Set OPENAI_MODEL to one of: gpt-6-sol.')
  })

  it('hands on the words of a refusal', async () => {
    expect(await asked(luna, new ModelError('auth', 'The key is wrong.'))).toEqual([
      'fail: The key is wrong.',
    ])
  })

  it('speaks of a shutdown that is near, and fails on one that has been', async () => {
    const at = (shutdownDate: string) => asked(luna, [{ id: 'gpt-6-luna', shutdownDate }, ...siblings])
    expect((await at('2027-01-14'))[1]).toContain('note: gpt-6-luna will be shut down on 2027-01-14')
    expect((await at('2026-11-01'))[1]).toContain('fail: gpt-6-luna was shut down')
    expect(await at('2028-01-01')).toHaveLength(1)
  })

  it('speaks of a price nobody knows, while a budget is on', async () => {
    const models = [{ id: 'llama-of-mine', shutdownDate: null }, ...siblings]
    const env = { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', OPENAI_MODEL: 'llama-of-mine' }
    expect((await asked(env, models))[1]).toContain('note: The price of llama-of-mine is not known')
    writeFileSync(join(cwd, 'parley.yaml'), 'budgets: off\n')
    expect(await asked(env, models)).toHaveLength(1)
  })
})

describe('the check of what hears, speaks and paints', () => {
  const luna = { OPENAI_API_KEY: 'sk-1', OPENAI_MODEL: 'gpt-6-luna' }
  const at = (list: readonly ModelInfo[]) => asked(luna, [{ id: 'gpt-6-luna', shutdownDate: null }, ...list])

  it('says what is missing without a model that the provider does not list', async () => {
    expect((await at(siblings.slice(1))).slice(1)).toEqual([
      'note: OpenAI does not list gpt-transcribe (OPENAI_TRANSCRIBE_MODEL): without it voice notes stay unheard.',
    ])
  })

  it('names the variable of a model that ends', async () => {
    const ends = siblings.map((info) =>
      info.id === 'gpt-4o-mini-tts' ? { ...info, shutdownDate: '2026-11-01' } : info,
    )
    expect((await at(ends)).slice(1)).toEqual([
      'fail: gpt-4o-mini-tts was shut down on 2026-11-01. Set OPENAI_SPEECH_MODEL to another.',
    ])
  })

  it('needs no ffmpeg, and says what it would add', async () => {
    const config = await load({ OPENAI_API_KEY: 'sk-x' })
    expect(lines(checkMedia('7.1', config))[0]).toContain('ok: ffmpeg 7.1 is there')
    expect(lines(checkMedia(null, config))[0]).toMatch(/^note: No ffmpeg\. .*apt install ffmpeg/)
  })

  it('names a voice that OpenAI has not, for the whole and for a channel; other servers may have it', async () => {
    const config = await load({ OPENAI_API_KEY: 'sk-x' })
    const strange = {
      ...config,
      speech: { ...config.speech, voice: 'marlin' },
      channels: { '42': { voice: 'bob' }, '43': { voice: 'cedar' }, '44': {} },
    }
    expect(lines(checkMedia('7.1', config))).toHaveLength(1)
    expect(lines(checkMedia('7.1', strange)).slice(1)).toEqual([
      expect.stringMatching(/^note: speech: \{ voice \}: OpenAI has no voice "marlin"\. It has alloy, /),
      expect.stringMatching(/^note: channels: \{ "42": \{ voice \} \}: OpenAI has no voice "bob"\./),
    ])
    const own = { ...strange, openai: { ...config.openai, baseUrl: 'http://127.0.0.1:1/v1' } }
    expect(lines(checkMedia('7.1', own))).toHaveLength(1)
  })
})

describe('the check of the port', () => {
  it('tells a free port, Parley itself, and another program apart', async () => {
    let body = '{"status":"healthy","service":"Parley"}'
    const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const port = String((server.address() as AddressInfo).port)
    const config = await load({ PORT: port })
    expect(lines(await checkWeb(config))).toEqual([`ok: Parley is running on 127.0.0.1:${port}`])
    body = '{"service":"something else"}'
    expect(lines(await checkWeb(config))[0]).toContain(`fail: Another program has 127.0.0.1:${port}`)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    expect(lines(await checkWeb(config))).toEqual([`ok: 127.0.0.1:${port} is free`])
  })

  it('says that pages stay closed to other machines without keys', async () => {
    const open = await load({ HOST: '0.0.0.0', PORT: '0' })
    expect(lines(await checkWeb(open))[1]).toContain('PARLEY_API_KEYS is not set')
    expect(
      lines(await checkWeb(await load({ HOST: '0.0.0.0', PORT: '0', PARLEY_API_KEYS: 'k' }))),
    ).toHaveLength(1)
  })
})

describe('the doctor', () => {
  it('goes on after a failure, and says in the end that something is broken', async () => {
    const said: Finding[] = []
    const sound = await checkUp(
      [async () => [fail('a', 'x')], async () => [ok('b', 'y'), note('c', 'z')]],
      (finding) => said.push(finding),
    )
    expect(sound).toBe(false)
    expect(said).toHaveLength(3)
  })

  const run = async (env: Record<string, string>) => {
    const cli = new URL('../../src/cli.ts', import.meta.url).pathname
    const { PATH, NODE_COMPILE_CACHE } = process.env
    const child = spawn(process.execPath, [cli, 'doctor'], { cwd, env: { PATH, NODE_COMPILE_CACHE, ...env } })
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    return { out, code }
  }

  it('finds nothing broken in a fresh place', async () => {
    const { out, code } = await run({ PORT: '0' })
    expect(out).toMatch(/^ok {4}settings/)
    expect(out).toMatch(/^ok {4}database .*opens, shows no damage and can be written/m)
    expect(out).toMatch(/^note {2}model .*rehearsed/m)
    expect(out).toMatch(/^note {2}discord .*DISCORD_TOKEN is not set/m)
    expect(code).toBe(0)
  })

  it('ends with 1 where the settings are wrong or the database is not one', async () => {
    expect(await run({ PORT: 'high' })).toMatchObject({
      code: 1,
      out: expect.stringContaining('FAIL  settings'),
    })
    writeFileSync(join(cwd, 'notes.db'), 'dear diary '.repeat(200))
    const { out, code } = await run({
      PORT: '0',
      DATABASE_URL: 'sqlite:notes.db',
      DISCORD_TOKEN: 'canary',
      DISCORD_API_URL: 'http://127.0.0.1:1/api',
    })
    expect(out).toMatch(/^FAIL {2}database .*notes\.db/m)
    expect(out).toMatch(/^FAIL {2}discord .*127\.0\.0\.1:1 can’t be reached/m)
    expect(out).not.toContain('canary')
    expect(code).toBe(1)
  })
})
