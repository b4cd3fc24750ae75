import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Config, loadConfig } from '../../src/config/config.ts'
import type { Env } from '../../src/config/environment.ts'
import { ConfigError } from '../../src/config/problem.ts'
import { slackWay } from '../../src/config/slack-way.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'parley-config-slack-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const load = (env: Env): Promise<Config> => loadConfig({ env, cwd })

async function refused(env: Env): Promise<string[]> {
  const outcome = await load(env).catch((error: unknown) => error)
  if (!(outcome instanceof ConfigError)) throw new Error(`started, or failed otherwise: ${String(outcome)}`)
  return outcome.words.split('\n').slice(1)
}

const bot = { SLACK_BOT_TOKEN: 'xoxb-canary-1' }
const app = { SLACK_APP_TOKEN: 'xapp-1-A1-canary-2' }
const secret = { SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef' }
const oauth = { SLACK_CLIENT_ID: '12.34', SLACK_CLIENT_SECRET: 'canary-3' }

it('more answers are written at once with Slack, which counts by the minute and the channel', async () => {
  expect((await load({})).answersAtOnce).toBe(200)
  expect((await load({ ...bot, ...app })).answersAtOnce).toBe(500)
  expect((await load({ ...oauth, ...secret })).answersAtOnce).toBe(500)
})

describe('the way of Slack’s events', () => {
  it.each([
    [{}, 'off'],
    [{ ...bot, ...app }, 'socket'],
    [{ ...bot, ...secret }, 'http'],
    [{ ...oauth, ...app }, 'socket'],
    [{ ...oauth, ...secret }, 'http'],
  ] as const)('follows from what is set, without a word: %j', async (env, way) => {
    const { slack, notices } = await load(env)
    expect(slackWay(slack)).toBe(way)
    expect(notices).toEqual([])
  })

  it('is Socket Mode where both are set up, and the start says so', async () => {
    const { slack, notices } = await load({ ...bot, ...app, ...secret })
    expect(slackWay(slack)).toBe('socket')
    expect(notices).toEqual([expect.stringContaining('Socket Mode is used')])
  })

  it.each([
    [app, 'SLACK_APP_TOKEN'],
    [secret, 'SLACK_SIGNING_SECRET'],
    [{ SLACK_API_URL: 'http://127.0.0.1:4001/api/' }, 'SLACK_API_URL'],
  ])('is off without a workspace, and the start says so: %j', async (env, name) => {
    const { slack, notices } = await load(env)
    expect(slackWay(slack)).toBe('off')
    expect(notices).toEqual([`${name} is set and SLACK_BOT_TOKEN is not: Slack stays off.`])
  })
})

describe('what can’t work stops the start', () => {
  it.each([
    [
      bot,
      'SLACK_BOT_TOKEN is set alone; set SLACK_APP_TOKEN too (Socket Mode), or SLACK_SIGNING_SECRET (HTTP).',
    ],
    [oauth, 'SLACK_CLIENT_ID is set without a way for events; set SLACK_APP_TOKEN too'],
    [{ ...app, SLACK_CLIENT_ID: '12.34' }, 'SLACK_CLIENT_ID is set without SLACK_CLIENT_SECRET;'],
    [{ ...app, SLACK_CLIENT_SECRET: 'canary' }, 'SLACK_CLIENT_SECRET is set without SLACK_CLIENT_ID;'],
    [{ ...app, SLACK_CLIENT_ID: '12.34', SLACK_CLIENT_SECRET: '' }, 'SLACK_CLIENT_SECRET is set but blank;'],
    [{ ...bot, SLACK_SIGNING_SECRET: ' ' }, 'SLACK_SIGNING_SECRET is set but blank;'],
    [
      { ...secret, SLACK_BOT_TOKEN: 'xapp-1-canary' },
      'SLACK_BOT_TOKEN is an app-level token (which belongs in SLACK_APP_TOKEN); the bot token starts with xoxb-',
    ],
    [{ ...app, SLACK_BOT_TOKEN: 'xoxp-canary' }, 'SLACK_BOT_TOKEN is a user token; the bot token'],
    [{ ...app, SLACK_BOT_TOKEN: 'xoxe-1-canary' }, 'SLACK_BOT_TOKEN is a refresh token; the bot token'],
    [
      { ...bot, SLACK_APP_TOKEN: 'xoxb-canary' },
      'SLACK_APP_TOKEN is a bot token (which belongs in SLACK_BOT_TOKEN); the app-level token starts with xapp-',
    ],
    [{ ...bot, SLACK_SIGNING_SECRET: 'xapp-canary' }, 'SLACK_SIGNING_SECRET is an app-level token'],
  ])('%j', async (env, words) => {
    const said = await refused(env)
    expect(said).toEqual([expect.stringContaining(words)])
    expect(said.join()).not.toContain('canary')
  })

  it('names both of two swapped tokens', async () => {
    const said = await refused({ SLACK_BOT_TOKEN: 'xapp-1-canary', SLACK_APP_TOKEN: 'xoxb-canary' })
    expect(said).toHaveLength(2)
  })
})

describe('what is probably not meant is tried, and told', () => {
  it.each([
    [{ ...bot, ...app, ...oauth }, 'only the workspace of the token is served'],
    [{ ...app, SLACK_BOT_TOKEN: 'xoxe.xoxb-1-canary' }, 'ends after 12 hours'],
    [{ ...app, SLACK_BOT_TOKEN: 'canary' }, 'SLACK_BOT_TOKEN does not start with xoxb-'],
    [{ ...bot, SLACK_APP_TOKEN: 'canary' }, 'SLACK_APP_TOKEN does not start with xapp-'],
    [{ ...bot, SLACK_SIGNING_SECRET: 'canary' }, 'SLACK_SIGNING_SECRET is not 32 letters'],
  ])('%j', async (env, words) => {
    const { notices } = await load(env)
    expect(notices).toEqual([expect.stringContaining(words)])
    expect(notices.join()).not.toContain('canary')
  })
})

describe('Slack in parley.yaml', () => {
  const yaml = (text: string) => {
    writeFileSync(join(cwd, 'parley.yaml'), text)
    return load({})
  }

  it('says how answers grow, here and in a channel, and where Slack reaches Parley', async () => {
    const { slack, channels } = await yaml(
      'slack: { streaming: edits, public_url: "https://parley.example.com" }\nchannels: { C1: { streaming: native } }\n',
    )
    expect(slack).toMatchObject({ streaming: 'edits', publicUrl: 'https://parley.example.com' })
    expect(channels.C1?.streaming).toBe('native')
  })

  it.each([
    ['true', true],
    ['false', false],
    ['[T1, "T2"]', ['T1', 'T2']],
  ])('lets in people of other companies: `foreign: %s`', async (written, foreign) => {
    expect((await yaml(`access: { foreign: ${written} }\n`)).access.foreign).toEqual(foreign)
  })

  it.each([
    ['slack: { streaming: fast }', 'slack.streaming is "fast"; allowed: auto, native, edits or off.'],
    ['slack: { public_url: "http://a.example" }', 'an address such as https://parley.example.com'],
    ['slack: { public_url: "https://a.example/" }', 'no slash at the end'],
    ['slack: { streming: auto }', 'did you mean streaming?'],
    ['access: { foreign: some }', 'true, false, or a list'],
  ])('%j stops the start', async (text, help) => {
    writeFileSync(join(cwd, 'parley.yaml'), text)
    expect((await refused({})).join()).toContain(help)
  })
})

describe('ids in parley.yaml', () => {
  const noticesOf = async (env: Env, policy: string) => {
    writeFileSync(join(cwd, 'parley.yaml'), policy)
    return (await load(env)).notices
  }

  it('that are names on a platform of ids are told at the start, with what an id looks like and where it is', async () => {
    const policy =
      'channels: { "#general": { model: m }, C0123: {} }\naccess: { people: [ann, U0ANN], workspaces: [acme], foreign: [T0RED] }\n'
    expect(await noticesOf({ ...bot, ...app }, policy)).toEqual([
      expect.stringMatching(/^channels in parley\.yaml: "#general" looks like a name.*begins with C.*About/),
      expect.stringMatching(/^access\.people in parley\.yaml: "ann" looks like a name.*begins with U/),
      expect.stringMatching(/^access\.workspaces in parley\.yaml: "acme" looks like a name.*begins with T/),
    ])
  })

  it('of Discord and Slack, and the playground’s names where there is nothing else, are fine', async () => {
    const ids =
      'channels: { "123456789012345678": {}, G0123ABC: {} }\naccess: { people: [W012], workspaces: [E01, "123456789012345678"], roles: ["123456789012345678"] }\n'
    expect(await noticesOf({ ...bot, ...app }, ids)).toEqual([])
    expect(
      await noticesOf({}, 'channels: { general: {}, "büro-1": {} }\naccess: { people: [ann] }\n'),
    ).toEqual([])
    expect(await noticesOf({}, 'channels: { "#general": {} }\n')).toHaveLength(1)
  })
})
