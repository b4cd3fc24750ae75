import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { parseEnvFile } from '../../src/config/env-file.ts'
import { defaultPolicy } from '../../src/config/policy-defaults.ts'
import { policySchema } from '../../src/config/policy-schema.ts'
import { parsePolicy } from '../../src/config/policy-yaml.ts'
import { ConfigError } from '../../src/config/problem.ts'
import { knownKeys } from '../../src/config/schema-issues.ts'
import { variables } from '../../src/config/variables.ts'

const cwd = mkdtempSync(join(tmpdir(), 'parley-examples-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const load = (env: string) => {
  writeFileSync(join(cwd, '.env'), env)
  writeFileSync(join(cwd, 'parley.yaml'), '')
  return loadConfig({ env: {}, cwd })
}

it('what holds without a parley.yaml is what the schema fills in', () => {
  expect(defaultPolicy).toEqual(policySchema.parse({}))
})

describe('.env.example', () => {
  const example = read('.env.example')
  const all = example.replace(/^#(?=[A-Z])/gm, '')

  it('names exactly the variables that are read, each once and with a word about it', () => {
    const names = [...all.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1])
    expect(names.toSorted()).toEqual(Object.keys(variables).toSorted())
    for (const name of names) expect(all).toMatch(new RegExp(`^# .+\\n${name}=`, 'm'))
  })

  it('changes nothing as it is', async () => {
    expect(parseEnvFile(example).values).toEqual({})
    expect((await load(example)).provider).toBe('rehearsal')
  })

  it('is valid once the placeholders are filled in, and refused while one is left', async () => {
    const config = await load(all.replaceAll('…', 'x'))
    expect(config.web.apiKeys).toEqual(['a-long-random-key', 'another-one'])
    const left = await load(all).catch((error: unknown) => error)
    expect(left).toBeInstanceOf(ConfigError)
    expect(String(left)).toContain('DISCORD_TOKEN')
  })

  it('shows the defaults where there are some', async () => {
    const set = all
      .replaceAll('…', 'x')
      .replace(/^(LOG_FORMAT|OPENAI_BASE_URL|.*(KEY|TOKEN|SECRET|_URL|CLIENT_ID)S?|CORS.*)=.*$/gm, '')
    const { web, openai, log } = await load(set)
    const plain = await load('')
    expect({ web, openai, log }).toEqual({ web: plain.web, openai: plain.openai, log: plain.log })
  })
})

describe('parley.example.yaml', () => {
  const example = read('parley.example.yaml')
  const all = example.replace(/^#(?=\S| {2})/gm, '')
  const parsed = parsePolicy(all)
  const policy = parsed.kind === 'read' ? parsed.policy : null

  it('changes nothing as it is, and is valid with everything taken in', () => {
    expect(parsePolicy(example)).toEqual({ kind: 'read', policy: policySchema.parse({}) })
    expect(parsed).toMatchObject({ kind: 'read' })
  })

  it.each([
    [],
    ['access'],
    ['budgets'],
    ['budgets', 'day'],
    ['channels', '1'],
    ['memory'],
    ['model'],
    ['prices', '*'],
    ['rehearsal'],
    ['limits'],
    ['discord'],
    ['slack'],
  ])('names every key under %j %j', (...path) => {
    const known = knownKeys(policySchema, path)
    expect(known.length).toBeGreaterThan(0)
    for (const key of known) expect(all).toMatch(new RegExp(`^ {${2 * path.length}}${key}:`, 'm'))
  })

  it('shows the defaults', () => {
    const { channels: _c, persona: _p, prices: _r, ...shown } = policy ?? policySchema.parse({})
    const { channels: _dc, persona: _dp, prices: _dr, ...defaults } = policySchema.parse({})
    expect(policy).not.toBeNull()
    expect(shown).toEqual(defaults)
  })
})
