import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Config, loadConfig, secretsOf } from '../../src/config/config.ts'
import type { Env } from '../../src/config/environment.ts'
import { ConfigError } from '../../src/config/problem.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'parley-config-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const write = (name: string, text: string) => writeFileSync(join(cwd, name), text)
const load = (env: Env = {}): Promise<Config> => loadConfig({ env, cwd })

async function refused(env: Env = {}): Promise<ConfigError> {
  const outcome = await load(env).catch((error: unknown) => error)
  if (!(outcome instanceof ConfigError)) throw new Error(`started, or failed otherwise: ${String(outcome)}`)
  return outcome
}

describe('without any setting', () => {
  it('rehearses on the loopback address with SQLite and a budget', async () => {
    const config = await load()
    expect(config.provider).toBe('rehearsal')
    expect(config.web).toEqual({ host: '127.0.0.1', port: 3000, apiKeys: [], corsOrigins: [] })
    expect(config.database.path).toBe(join(cwd, 'data/parley.db'))
    expect(config.openai.model).toBe('gpt-6.1-terra')
    expect(config.budgets).toEqual({ day: { all: 5, person: 1 } })
    expect(config.memory).toEqual({ windowTokens: 16_000, days: 30 })
    expect(config.access).toEqual({
      workspaces: 'any',
      channels: 'any',
      people: 'any',
      roles: 'any',
      dms: true,
      foreign: false,
    })
    expect(config.persona).toContain('You are Parley')
    expect(config.discord).toEqual({ token: null, apiUrl: null, followUps: true })
    expect(config.slack).toEqual({
      botToken: null,
      appToken: null,
      signingSecret: null,
      clientId: null,
      clientSecret: null,
      apiUrl: null,
      streaming: 'auto',
      publicUrl: null,
    })
    expect(config).toMatchObject({ answersAtOnce: 200, pingAfterMs: null, titles: 'question' })
    expect(config.notices).toEqual([])
  })

  it('can’t be changed afterwards, however deep', async () => {
    const config = await load()
    expect(Object.isFrozen(config.budgets.day)).toBe(true)
    expect(Object.isFrozen(config.web.apiKeys)).toBe(true)
  })
})

describe('the environment', () => {
  it('wins over .env, even where it is blank', async () => {
    write('.env', 'OPENAI_API_KEY=sk-from-file\nPORT=4000\n')
    expect((await load({ PORT: '5000' })).web.port).toBe(5000)
    const blank = await load({ OPENAI_API_KEY: '' })
    expect(blank.provider).toBe('rehearsal')
    expect(blank.notices).toEqual(['OPENAI_API_KEY is set but blank: it counts as not set.'])
  })

  it('leaves process.env as it is', async () => {
    write('.env', 'OPENAI_MODEL=from-the-file\n')
    expect((await load()).openai.model).toBe('from-the-file')
    expect(process.env.OPENAI_MODEL).not.toBe('from-the-file')
  })

  it('reads quotes, export and comments as dotenv does', async () => {
    write('.env', 'export OPENAI_MODEL="gpt-6-luna" # cheap\nPARLEY_API_KEYS=\'one-key, two-key\'\n')
    const config = await load()
    expect(config.openai.model).toBe('gpt-6-luna')
    expect(config.web.apiKeys).toEqual(['one-key', 'two-key'])
  })

  it('says that webhooks are not there yet', async () => {
    const { notices } = await load({ WEBHOOK_URL: 'https://example.com', WEBHOOK_SECRET: 'whsec_1' })
    expect(notices).toEqual(['Webhooks: not in this version yet; what is set for it is ignored.'])
  })

  it('takes any token for Discord, also with the Bot before it that stands in examples', async () => {
    for (const written of ['d', 'Bot d', 'bot  d']) {
      const { discord, notices } = await load({ DISCORD_TOKEN: written })
      expect(discord.token).toBe('d')
      expect(notices).toEqual([])
    }
  })

  it.each([
    ['12345678901234567890'.slice(0, 18), 'an application’s id'],
    ['0123456789abcdef'.repeat(4), 'an application’s public key'],
    ['Zx-8_kQ0'.repeat(4), 'a client secret'],
  ])(
    'says when DISCORD_TOKEN is %s, another value of the portal, and tries it all the same',
    async (value, name) => {
      const { discord, notices } = await load({ DISCORD_TOKEN: value })
      expect(discord.token).toBe(value)
      expect(notices).toEqual([expect.stringContaining(`DISCORD_TOKEN looks like ${name}.`)])
      expect(notices.join()).not.toContain(value)
    },
  )

  it('says that an address of Discord without a token does nothing', async () => {
    const { discord, notices } = await load({ DISCORD_API_URL: 'http://127.0.0.1:4000/api/' })
    expect(discord.apiUrl).toBe('http://127.0.0.1:4000/api')
    expect(notices).toEqual(['DISCORD_API_URL is set and DISCORD_TOKEN is not: Discord stays off.'])
  })

  it.each(['/v10', '/v10/', '/v9', '//v10'])(
    'leaves the version out of Discord’s address, and says so: …/api%s',
    async (version) => {
      const { discord, notices } = await load({
        DISCORD_TOKEN: 'a.b.c',
        DISCORD_API_URL: `http://127.0.0.1:4000/api${version}`,
      })
      expect(discord.apiUrl).toBe('http://127.0.0.1:4000/api')
      expect(notices).toEqual([expect.stringContaining('adds the version itself')])
    },
  )

  it('may hold what other programs read', async () => {
    write('.env', 'COMPOSE_PROJECT_NAME=x\nHTTPS_PROXY=http://proxy:3128\nTZ=UTC\n')
    const config = await load({ OPENAI_ORG_ID: 'org', NODE_ENV: 'production' })
    expect(config.proxy).toEqual({ HTTPS_PROXY: 'http://proxy:3128' })
    expect(config.notices).toEqual([])
  })

  it('speaks of an unknown name only when it can be nobody else’s', async () => {
    const { notices } = await load({ PARLEY_API_KEY: 'x', OPENAI_MODLE: 'y' })
    expect(notices).toEqual(['PARLEY_API_KEY is not a setting of Parley; did you mean PARLEY_API_KEYS?'])
  })

  it.each(['sqlite:a/b.db', 'sqlite://a/b.db'])('reads %s from where Parley was started', async (url) => {
    expect((await load({ DATABASE_URL: url })).database.path).toBe(join(cwd, 'a/b.db'))
  })

  it.each(['sqlite:/a/b.db', 'sqlite:///a/b.db'])('reads %s as an absolute path', async (url) => {
    expect((await load({ DATABASE_URL: url })).database.path).toBe('/a/b.db')
  })
})

describe('what stops the start', () => {
  it.each([
    ['PORT', '70000', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['PORT', '3000x', 'a whole number from 0 to 65535'],
    ['HOST', 'my host', 'an IP address or a host name'],
    ['OPENAI_BASE_URL', 'localhost:11434', 'http://'],
    ['OPENAI_BASE_URL', 'http://name:pass@host/v1', 'without name and password'],
    ['OPENAI_API', 'completions', 'auto, responses, chat'],
    ['LOG_LEVEL', 'loud', 'fatal, error, warn'],
    ['LOG_FORMAT', 'xml', 'pretty, json'],
    ['CORS_ORIGINS', 'http://a.example/', 'no slash at the end'],
    ['CORS_ORIGINS', '*', 'PARLEY_API_KEYS'],
    ['DATABASE_URL', 'mysql://x', 'sqlite:'],
    ['DATABASE_URL', 'postgres://u:pw@host/db', 'can’t use yet'],
    ['PARLEY_API_KEYS', ',', 'separated by commas'],
    ['PARLEY_API_KEYS', 'a b', 'separated by commas'],
    ['OPENAI_WEBHOOK_SECRET', ' ', 'set but blank'],
    ['SLACK_SIGNING_SECRET', '', 'set but blank'],
    ['WEBHOOK_SECRET', '', 'set but blank'],
    ['WEBHOOK_URL', 'https://example.com/hook', 'WEBHOOK_SECRET'],
    ['PARLEY_CONFIG', 'nowhere.yaml', 'no such file'],
  ])('%s=%j, with words that help', async (name, value, help) => {
    const { problems, words } = await refused({ [name]: value })
    expect(problems).toHaveLength(1)
    expect(words).toContain(name)
    expect(words).toContain(help)
  })

  it('names all problems at once, with file and line', async () => {
    write('.env', '# mine\nPORT=high\n\nOPENAI_MODLE=x\nhello there\n')
    write('parley.yaml', 'access:\n  dm: true\nbudgets: { day: { all: ten } }\nconversation: thread\n')
    const { words } = await refused()
    expect(words.split('\n')).toEqual([
      'Parley can’t start: 6 settings need mending.',
      '  .env:2  PORT is "high"; allowed: a whole number from 0 to 65535 (0 takes a free port).',
      '  .env:4  OPENAI_MODLE is not a setting of Parley; did you mean OPENAI_MODEL?',
      '  .env:5  This line is no setting; write NAME=value, or begin the line with #.',
      '  parley.yaml:2  access.dm is not a setting of Parley; did you mean dms? allowed: workspaces, channels, people, roles, dms, foreign.',
      '  parley.yaml:3  budgets.day.all is "ten"; allowed: US dollars a day (0 to 1,000,000), or off.',
      expect.stringContaining(
        '  parley.yaml:4  conversation is not a setting of Parley; did you mean conversations?',
      ),
    ])
  })

  it('names a quote that is never closed, and still reads the lines after it', async () => {
    write('.env', 'OPENAI_API_KEY="sk-abc\nPORT=abc\n')
    const { problems } = await refused()
    expect(problems.map(({ name, line }) => [name, line])).toEqual([
      ['OPENAI_API_KEY', 1],
      ['PORT', 2],
    ])
    expect(problems[0]?.found).toContain('never closed')
  })

  it('says at the start that nobody can get in on another host without keys', async () => {
    expect((await load({ HOST: '0.0.0.0' })).notices.join()).toContain('PARLEY_API_KEYS')
    expect((await load({ HOST: '0.0.0.0', PARLEY_API_KEYS: 'a-long-key' })).notices).toEqual([])
  })

  it('never repeats a secret', async () => {
    const canary = 'canary secret 1f2e3d'
    const names = [
      'OPENAI_API_KEY',
      'DISCORD_TOKEN',
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET',
      'SLACK_CLIENT_SECRET',
      'WEBHOOK_SECRET',
    ]
    write('.env', `${canary}\nMY_TOKEN=${canary}\n`)
    const env = {
      ...Object.fromEntries(names.map((name) => [name, canary])),
      DATABASE_URL: `mysql://${canary}`,
    }
    const { words, problems, message, stack } = await refused(env)
    expect(problems).toHaveLength(names.length + 3)
    expect(`${words}${message}${stack}${JSON.stringify(problems)}`).not.toContain('canary')
  })
})

describe('parley.yaml', () => {
  const yaml = async (text: string) => {
    write('parley.yaml', text)
    return load()
  }

  it('keeps the ids of Discord exact, in quotes or not', async () => {
    const config = await yaml(
      'access: { people: [123456789012345678, "876543210987654321", 42] }\nchannels: { 123456789012345679: { model: m } }\n',
    )
    expect(config.access.people).toEqual(['123456789012345678', '876543210987654321', '42'])
    expect(Object.keys(config.channels)).toEqual(['123456789012345679'])
  })

  it.each(['off', 'false'])('takes `budgets: %s` for no limit', async (word) => {
    expect((await yaml(`budgets: ${word}\n`)).budgets).toEqual({ day: { all: null, person: null } })
  })

  it('keeps the defaults beside what is set, also where a group is left empty', async () => {
    const config = await yaml('budgets: { day: { all: 20 } }\nmemory:\naccess:\n  dms: false\n')
    expect(config.budgets).toEqual({ day: { all: 20, person: 1 } })
    expect(config.memory.windowTokens).toBe(16_000)
    expect(config.access).toMatchObject({ people: 'any', dms: false })
  })

  it('says how Discord hears, when to ping, and how threads are called', async () => {
    const config = await yaml('discord: { follow_ups: false }\nping_after_seconds: 30\ntitles: model\n')
    expect(config.discord.followUps).toBe(false)
    expect(config).toMatchObject({ pingAfterMs: 30_000, titles: 'model' })
  })

  it.each(['off', 'null', ''])('pings never with `ping_after_seconds: %s`', async (word) => {
    expect((await yaml(`ping_after_seconds: ${word}\n`)).pingAfterMs).toBeNull()
  })

  it('is found under the name in PARLEY_CONFIG', async () => {
    write('other.yml', 'conversations: loud\n')
    expect((await refused({ PARLEY_CONFIG: 'other.yml' })).words).toContain(
      'other.yml:1  conversations is "loud"',
    )
  })

  it.each([
    ['a: [1', 'not valid YAML'],
    ['conversations: thread\nconversations: reply\n', 'unique'],
    ['- a list', 'The file is a list'],
    ['just words', 'The file is "just words"'],
    ['__proto__: { polluted: true }', '__proto__'],
    ['memory: { window_tokens: .inf }', 'whole number'],
    ['limits: { answers_at_once: 0 }', '1 to 1,000'],
    ['limits: { answers_at_once: 1001 }', '1 to 1,000'],
    [
      'discord: { follow_ups: sometimes }',
      'parley.yaml:1  discord.follow_ups is "sometimes"; allowed: true or false.',
    ],
    ['discord: { followups: true }', 'did you mean follow_ups?'],
    ['ping_after_seconds: 4', 'a whole number from 5 to 3,600 (seconds, or off)'],
    ['ping_after_seconds: soon', 'a whole number from 5 to 3,600 (seconds, or off)'],
    ['titles: me', 'titles is "me"; allowed: question or model.'],
    ['prices: { "*": { input: 1 } }', 'prices.*.output is missing'],
    ['access: { people: [{ a: 1 }] }', 'an id'],
    ['channels: { "1": { colour: red } }', 'model, persona, voice, spoken, conversations, streaming'],
  ])('%j stops the start', async (text, help) => {
    write('parley.yaml', text)
    expect((await refused()).words).toContain(help)
    expect(Object.prototype).not.toHaveProperty('polluted')
  })

  it('names an alias that never ends', async () => {
    write('parley.yaml', 'persona: &a [*a]\n')
    expect((await refused()).words).toContain('without end')
  })

  it('does not unfold a bomb of aliases', async () => {
    const bomb = [
      'a: &a [x]',
      ...'bcdefghij'.split('').map((key, i) => {
        const last = 'abcdefghi'[i]
        return `${key}: &${key} [${Array(10).fill(`*${last}`).join(', ')}]`
      }),
    ].join('\n')
    write('parley.yaml', bomb)
    expect((await refused()).words).toContain('parley.yaml')
  })
})

describe('the secrets of a configuration', () => {
  it('are all there for the scrubber', async () => {
    const config = await load({
      OPENAI_API_KEY: 's-1',
      OPENAI_WEBHOOK_SECRET: 's-2',
      DISCORD_TOKEN: 's-3',
      SLACK_BOT_TOKEN: 's-4',
      SLACK_APP_TOKEN: 's-5',
      SLACK_SIGNING_SECRET: 's-6',
      SLACK_CLIENT_ID: '1.2',
      SLACK_CLIENT_SECRET: 's-11',
      PARLEY_API_KEYS: 's-7,s-8',
      WEBHOOK_URL: 'https://example.com',
      WEBHOOK_SECRET: 's-9',
      HTTPS_PROXY: 'http://me:s-10@proxy:1',
    })
    expect(secretsOf(config).toSorted()).toEqual(
      Array.from({ length: 11 }, (_, i) => `s-${i + 1}`).toSorted(),
    )
  })
})
