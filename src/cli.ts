import { setGlobalProxyFromEnv } from 'node:http'
import type { Config } from './config/config.ts'
import { type Check, checkUp, type Finding, fail, lineOf, note, ok } from './doctor/finding.ts'
import type { Clock } from './ports/clock.ts'

const usage = `Usage: node src/cli.ts <command>

  start    starts Parley (as npm start does)
  doctor   checks settings, database, model access, ffmpeg, Discord, Slack and port, and says how to mend what fails
  manifest prints the manifest of the Slack app, for what is set up; --http and --oauth for what shall be
  help     this
`

/** The database may be waiting for a disk that hangs. */
const databasePatienceMs = 30_000

async function doctor(): Promise<boolean> {
  const say = (finding: Finding) => process.stdout.write(`${lineOf(finding)}\n`)
  const { loadConfig } = await import('./config/config.ts')
  const { ConfigError } = await import('./config/problem.ts')
  const { systemClock } = await import('../adapters/system/clock.ts')
  let config: Config
  try {
    config = await loadConfig({ env: process.env, cwd: process.cwd() })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const line of error.words.split('\n').slice(1)) say(fail('settings', line.trim()))
    return false
  }
  const clock = systemClock()
  return checkUp(
    [
      settings(config),
      database(config, clock),
      web(config),
      throughProxy(config),
      model(config, clock),
      media(config),
      discord(config),
      slack(config),
    ],
    say,
  )
}

function settings(config: Config): Check {
  return async () => [
    ok('settings', '.env, the environment and parley.yaml are understood'),
    ...config.notices.map((words) => note('settings', words)),
  ]
}

/** From here on, as the program does: what lies outside is asked through the machine's proxy. */
function throughProxy({ proxy }: Config): Check {
  return async () => {
    if (Object.keys(proxy).length > 0) setGlobalProxyFromEnv(proxy)
    return []
  }
}

function database({ database: { path } }: Config, clock: Clock): Check {
  return async () => {
    const { openSqlite } = await import('../adapters/sqlite/sqlite.ts')
    const { systemChance } = await import('../adapters/system/clock.ts')
    const { silentLog } = await import('./observe/log.ts')
    const { StorageError } = await import('./ports/failure.ts')
    const look = async (): Promise<Finding> => {
      const sqlite = await openSqlite({ path, clock, chance: systemChance(), log: silentLog() })
      const health = await sqlite.health()
      const depth = await sqlite.inbox.depth()
      await sqlite.close()
      if (!health.healthy) return fail('database', health.words)
      return ok(
        'database',
        `${path} opens, shows no damage and can be written (${depth.waiting} events waiting)`,
      )
    }
    const late = clock
      .sleep(databasePatienceMs)
      .then(() => fail('database', `${path} has not opened within 30 seconds. Check the disk it lies on.`))
    try {
      return [await Promise.race([look(), late])]
    } catch (error) {
      if (error instanceof StorageError) return [fail('database', error.words)]
      throw error
    }
  }
}

function model(config: Config, clock: Clock): Check {
  return async () => {
    if (config.provider === 'rehearsal')
      return [
        note('model', 'No key is set: answers are rehearsed. Set OPENAI_API_KEY or OPENAI_BASE_URL in .env.'),
      ]
    const [{ createOpenAi }, { silentLog }, { createPrices }, { checkModel }] = await Promise.all([
      import('../adapters/openai/openai.ts'),
      import('./observe/log.ts'),
      import('./policy/prices.ts'),
      import('./doctor/model-check.ts'),
    ])
    const { baseUrl } = config.openai
    const { model } = createOpenAi({ ...config.openai, clock, log: silentLog() })
    const prices = createPrices({ overrides: config.prices, provider: config.provider, baseUrl })
    return checkModel(model, config, prices, clock)
  }
}

function media(config: Config): Check {
  return async () => {
    const [{ ffmpegVersion }, { checkMedia }] = await Promise.all([
      import('../adapters/media/sounds/ffmpeg.ts'),
      import('./doctor/media-check.ts'),
    ])
    return checkMedia(await ffmpegVersion(), config)
  }
}

function discord(config: Config): Check {
  return async () => (await import('./doctor/discord-check.ts')).checkDiscord(config)
}

function slack(config: Config): Check {
  return async () => {
    const [{ checkSlack }, { scopesFor }] = await Promise.all([
      import('./doctor/slack-check.ts'),
      import('../adapters/slack/scopes.ts'),
    ])
    return checkSlack(config, scopesFor({ direct: config.access.dms }))
  }
}

/** The manifest on standard output, everything else beside it: it may go into a file or a clipboard. */
async function manifest(flags: readonly string[]): Promise<boolean> {
  const complain = (words: string) => process.stderr.write(`${words}\n`)
  const stray = flags.find((flag) => flag !== '--http' && flag !== '--oauth')
  if (stray !== undefined) {
    complain(`manifest takes --http and --oauth, and no ${JSON.stringify(stray)}.`)
    return false
  }
  const [{ loadConfig }, { ConfigError }, { manifestOf }, { slackFeatures }, { commands }] =
    await Promise.all([
      import('./config/config.ts'),
      import('./config/problem.ts'),
      import('../adapters/slack/manifest.ts'),
      import('./config/slack-way.ts'),
      import('./conversation/commands/registry.ts'),
    ])
  try {
    const config = await loadConfig({ env: process.env, cwd: process.cwd() })
    const features = slackFeatures(config, {
      http: flags.includes('--http'),
      oauth: flags.includes('--oauth'),
    })
    if (features.publicUrl === null && (features.way === 'http' || features.severalWorkspaces)) {
      complain(noAddress)
      return false
    }
    process.stdout.write(`${JSON.stringify(manifestOf(features, commands), null, 2)}\n`)
    return true
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    complain(error.words)
    return false
  }
}

const noAddress =
  'The manifest needs the address at which Slack reaches Parley. Set it in parley.yaml, such as slack: { public_url: https://parley.example.com }.'

function web(config: Config): Check {
  return async () => (await import('./doctor/web-check.ts')).checkWeb(config)
}

async function main(command: string | undefined): Promise<number> {
  if (command === 'doctor') return (await doctor()) ? 0 : 1
  if (command === 'manifest') return (await manifest(process.argv.slice(3))) ? 0 : 1
  if (command === 'help' || command === '--help' || command === undefined) {
    process.stdout.write(usage)
    return 0
  }
  process.stderr.write(`There is no command ${JSON.stringify(command)}.\n\n${usage}`)
  return 1
}

if (process.argv[2] === 'start') {
  const [{ runInForeground }, { start }] = await Promise.all([import('./foreground.ts'), import('./main.ts')])
  await runInForeground(start)
} else process.exit(await main(process.argv[2]))
