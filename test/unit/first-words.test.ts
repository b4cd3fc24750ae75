import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { healthOf, type PlatformState } from '../../src/observe/health.ts'
import { welcomeScreen } from '../../src/observe/welcome.ts'

async function screen(env: Record<string, string>, discord?: 'connected' | 'closed'): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'parley-welcome-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const config = await loadConfig({ env, cwd })
  return welcomeScreen({ version: '1', url: 'http://x:1', config, ...(discord && { discord }) })
}

it('the first screen says that Discord is off, and what turns it on', async () => {
  const words = await screen({ OPENAI_API_KEY: 'k' })
  expect(words).toMatch(/^ {2}Discord {5}off: no DISCORD_TOKEN is set$/m)
  expect(words).toMatch(/Next.*\n {4}DISCORD_TOKEN=….*docs\/discord\.md/)
  expect(words).not.toContain('OPENAI_API_KEY=')
})

it('the first screen says how Discord stands, without the token, and asks for nothing more', async () => {
  const env = { OPENAI_API_KEY: 'k', DISCORD_TOKEN: 'canary' }
  expect(await screen(env)).toMatch(/^ {2}Discord {5}connecting$/m)
  expect(await screen(env, 'connected')).toMatch(/^ {2}Discord {5}connected$/m)
  expect(await screen(env, 'closed')).toContain('the log says why')
  expect(await screen(env)).not.toMatch(/canary|Next/)
})

it('the first screen says how Slack stands and by which way, and asks for no other platform', async () => {
  const bot = { OPENAI_API_KEY: 'k', SLACK_BOT_TOKEN: 'xoxb-canary' }
  expect(await screen({ OPENAI_API_KEY: 'k' })).toMatch(/^ {2}Slack {7}off: no SLACK_BOT_TOKEN is set$/m)
  const socket = await screen({ ...bot, SLACK_APP_TOKEN: 'xapp-canary' })
  expect(socket).toMatch(/^ {2}Slack {7}connecting, by Socket Mode$/m)
  const http = await screen({ ...bot, SLACK_SIGNING_SECRET: 'canary' })
  expect(http).toMatch(/^ {2}Slack {7}connecting, by HTTP at \/slack\/events$/m)
  expect(socket + http).not.toMatch(/canary|Next/)
})

it('health is the database’s, whether the platforms are there or away, and names both', () => {
  let state: PlatformState = 'connecting'
  const platforms = { discord: () => state }
  expect(healthOf({ healthy: true, sqlite: '3' }, platforms)).toEqual({
    healthy: true,
    sqlite: '3',
    platforms: { discord: 'connecting' },
  })
  state = 'connected'
  expect(healthOf({ healthy: false }, platforms)).toEqual({
    healthy: false,
    platforms: { discord: 'connected' },
  })
})

it('there is no health without a platform that was given up for good', () => {
  const platforms = { discord: () => 'closed' as const }
  expect(healthOf({ healthy: true }, platforms)).toEqual({
    healthy: false,
    platforms: { discord: 'closed' },
  })
})
