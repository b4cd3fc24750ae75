import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { defaultFeatures, type Features } from '../../adapters/slack/features.ts'
import { eventsFor, manifestOf } from '../../adapters/slack/manifest.ts'
import { missingScopes, scopesFor } from '../../adapters/slack/scopes.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import { manifestSchema, scopesOfEvents, scopesOfMethods } from './slack-manifest-rules.ts'

const root = new URL('../..', import.meta.url).pathname
const publicUrl = 'https://parley.example.com'
const made = (features: Partial<Features> = {}) => manifestOf({ ...defaultFeatures, ...features }, commands)

const ways: Partial<Features>[] = [
  {},
  { direct: false },
  { way: 'http', publicUrl },
  { way: 'http', publicUrl, direct: false },
  { severalWorkspaces: true, publicUrl },
  { way: 'http', severalWorkspaces: true, publicUrl },
]

describe('the manifest of the Slack app', () => {
  it('that lies beside the code is what the code makes; `npm run manifest > adapters/slack/manifest.json` renews it', () => {
    const text = readFileSync(`${root}adapters/slack/manifest.json`, 'utf8')
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(made())))
  })

  it.each(ways)('keeps Slack’s rules for %j', (features) => {
    expect(manifestSchema.safeParse(made(features)).error?.issues ?? []).toEqual([])
  })

  it('breaks them visibly where something is wrong', () => {
    const good = made()
    const broken = [
      { ...good, colour: 'red' },
      { ...good, display_information: { ...good.display_information, name: 'x'.repeat(36) } },
      { ...good, oauth_config: { scopes: { bot: ['chat:write', 'commands'] } } },
      { ...good, settings: { ...good.settings, socket_mode_enabled: false } },
      { ...good, features: { ...good.features, agent_view: undefined } },
    ]
    for (const manifest of broken) expect(manifestSchema.safeParse(manifest).success).toBe(false)
  })

  it('has no addresses with Socket Mode, and one for everything Slack sends over HTTP', () => {
    expect(JSON.stringify(made())).not.toContain('https://')
    const http = made({ way: 'http', publicUrl })
    const urls = [
      http.settings.event_subscriptions.request_url,
      http.settings.interactivity.request_url,
      ...http.features.slash_commands.map(({ url }) => url),
    ]
    expect(new Set(urls)).toEqual(new Set([`${publicUrl}/slack/events`]))
    expect(() => made({ way: 'http' })).toThrow('address')
  })

  it('rotates tokens, and lets organisations in, only where workspaces install Parley themselves', () => {
    const { settings, oauth_config } = made({ severalWorkspaces: true, publicUrl })
    expect(settings).toMatchObject({ token_rotation_enabled: true, org_deploy_enabled: true })
    expect(oauth_config.redirect_urls).toEqual([`${publicUrl}/slack/oauth_redirect`])
    expect(made().settings).toMatchObject({ token_rotation_enabled: false, org_deploy_enabled: false })
    expect(made().oauth_config).not.toHaveProperty('redirect_urls')
  })

  it('names every command and every entry of the menu of messages', () => {
    const { slash_commands, shortcuts } = made().features
    expect(slash_commands.map(({ command }) => command)).toEqual(['/ask', '/parley'])
    const hints = slash_commands[1]?.usage_hint.split(' | ').map((hint) => hint.split(' ')[0])
    const typed = commands.filter(
      ({ menuOnly, buttonOnly, name }) => !menuOnly && !buttonOnly && name !== 'ask',
    )
    expect(hints).toEqual(typed.map(({ name }) => name))
    const menus = commands.flatMap(({ menu }) => menu ?? [])
    expect(shortcuts.map(({ name }) => name)).toEqual(menus)
  })

  it('asks for nothing of direct messages where they are off', () => {
    const { features, oauth_config, settings } = made({ direct: false })
    expect(features.app_home.messages_tab_enabled).toBe(false)
    expect(oauth_config.scopes.bot.filter((scope) => /^(im|assistant):/.test(scope))).toEqual([])
    expect(settings.event_subscriptions.bot_events).not.toContain('message.im')
  })
})

describe('npm run manifest', () => {
  /** In a folder of its own, without the settings of this machine. */
  function run(flags: readonly string[], env: Readonly<Record<string, string>>, yaml = '') {
    const cwd = mkdtempSync(join(tmpdir(), 'parley-manifest-'))
    onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
    writeFileSync(join(cwd, 'parley.yaml'), yaml)
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [`${root}src/cli.ts`, 'manifest', ...flags],
      {
        cwd,
        env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
        encoding: 'utf8',
      },
    )
    expect(stdout + stderr).not.toContain('canary')
    return { stdout, stderr, status }
  }
  const address = `slack: { public_url: "${publicUrl}" }\naccess: { dms: false }\n`

  it('prints what is to be pasted, and nothing else', () => {
    const { stdout, stderr, status } = run([], {})
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(made())))
    expect([stderr, status]).toEqual(['', 0])
  })

  it('follows what is set up, and what is asked for', () => {
    const env = { SLACK_BOT_TOKEN: 'xoxb-canary', SLACK_SIGNING_SECRET: 'canary' }
    const wanted = made({ way: 'http', publicUrl, direct: false })
    expect(JSON.parse(run([], env, address).stdout)).toEqual(JSON.parse(JSON.stringify(wanted)))
    const several = made({ way: 'http', publicUrl, direct: false, severalWorkspaces: true })
    const asked = run(['--http', '--oauth'], {}, address)
    expect(JSON.parse(asked.stdout)).toEqual(JSON.parse(JSON.stringify(several)))
  })

  it.each([
    [['--http'], {}, 'public_url'],
    [['--oauth'], {}, 'public_url'],
    [['--htp'], {}, 'takes --http and --oauth'],
    [[], { SLACK_BOT_TOKEN: 'xoxb-canary' }, 'SLACK_BOT_TOKEN is set alone'],
  ])('prints nothing for %j with %j, and says why', (flags, env, words) => {
    const { stdout, stderr, status } = run(flags, env)
    expect([stdout, status]).toEqual(['', 1])
    expect(stderr).toContain(words)
  })
})

describe('the scopes of the bot', () => {
  const bot = [...scopesFor(defaultFeatures).keys()]

  /** The table of limits knows methods that nobody calls. */
  const isCalling = (path: string) => !path.endsWith('/buckets.ts')

  /** Every name of a method that stands in the adapter's code. */
  const called = [
    ...new Set(
      globSync('adapters/slack/**/*.ts', { cwd: root })
        .filter(isCalling)
        .flatMap((path) =>
          [
            ...readFileSync(root + path, 'utf8')
              .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
              .matchAll(
                /['"`]((?:agents|apps|assistant|auth|bots|chat|conversations|emoji|files|oauth|reactions|search|team|usergroups|users|views)(?:\.[a-zA-Z\d]+){1,3})['"`]/g,
              ),
          ].map(([, method = '']) => method),
        ),
    ),
  ].toSorted()

  it('are enough for every method that the adapter calls', () => {
    expect(called.length).toBeGreaterThan(3)
    for (const method of called) {
      const needed = scopesOfMethods[method]
      expect(needed, `${method} is not in the table of methods`).toBeDefined()
      if (needed?.length)
        expect(
          needed.some((scope) => bot.some((have) => have === scope)),
          method,
        ).toBe(true)
    }
  })

  it('are no more than its methods, events and files need, and each has a reason', () => {
    const used = new Set([
      // Files are fetched from their addresses, without a method.
      'files:read',
      'commands',
      // Slack asks for it with the agent's surface.
      'assistant:write',
      ...called.flatMap((method) => scopesOfMethods[method] ?? []),
      ...eventsFor(defaultFeatures).flatMap((event) => scopesOfEvents[event] ?? []),
    ])
    for (const [scope, why] of scopesFor(defaultFeatures)) {
      expect([...used]).toContain(scope)
      expect(why.length).toBeGreaterThan(8)
    }
  })

  it('that are missing are told with what they are for', () => {
    const granted = bot.filter((scope) => scope !== 'files:read')
    expect([...missingScopes(defaultFeatures, granted)]).toEqual([
      ['files:read', expect.stringContaining('images')],
    ])
    expect(
      missingScopes(
        { direct: false },
        granted.filter((scope) => scope !== 'im:history'),
      ).size,
    ).toBe(1)
  })
})
