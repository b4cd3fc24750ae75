import { readFileSync } from 'node:fs'
import { setGlobalProxyFromEnv } from 'node:http'
import { join } from 'node:path'
import type { Discord } from '../adapters/discord/discord.ts'
import type { Slack } from '../adapters/slack/slack.ts'
import type { SqliteOptions } from '../adapters/sqlite/sqlite.ts'
import type { Config } from './config/config.ts'
import { connectAll } from './connecting.ts'
import { dataDirOf } from './data-dir.ts'
import { modelNames } from './model-names.ts'
import { healthOf, type PlatformState } from './observe/health.ts'
import type { Log } from './observe/log.ts'
import type { Chance, Clock } from './ports/clock.ts'
import type { Model, Painter, Speaker, Transcriber } from './ports/model.ts'
import type { Store } from './ports/store.ts'
import { warmUp } from './warm-up.ts'
import { within } from './within.ts'

/**
 * The composition root: the one file where src meets adapters/. Modules are imported when they are needed, so that
 * the first answer on /health doesn't wait for what only the first question needs.
 */
export interface Program {
  readonly url: string
  readonly version: string
  /** How the platforms stand now for which tokens are set, by name. */
  platforms(): Readonly<Record<string, PlatformState>>
  /**
   * Rejects when this process can't go on, because its database is lost to it, or no platform that is set up can be
   * used; resolves when it is stopped.
   */
  readonly working: Promise<void>
  /** Takes in nothing more, lets running answers finish for a while, marks the rest, and closes. */
  stop(): Promise<void>
}

/** Docker kills ten seconds after SIGTERM. */
const finishMs = 6_000
const suspendMs = 2_000
/** For what was broken off then: what it cost is booked. */
const bookingMs = 1_000

const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version

/** What a process that starts many programs shares among them, such as tests do. */
export type Shared = Pick<SqliteOptions, 'thread'>

export async function start(config: Config, log: Log, shared: Shared = {}): Promise<Program> {
  const [
    { systemClock, systemChance },
    { openSqlite },
    { soleUse },
    { createWeb },
    { createMetrics },
    { createTraces },
  ] = await Promise.all([
    import('../adapters/system/clock.ts'),
    import('../adapters/sqlite/sqlite.ts'),
    import('../adapters/sqlite/sole-use.ts'),
    import('../adapters/web/web.ts'),
    import('./observe/metrics.ts'),
    import('./observe/traces.ts'),
  ])
  const [
    { createEngine },
    { createDirect },
    { createDirectSounds },
    { createCatalog },
    { createMemory },
    { createSettings },
  ] = await Promise.all([
    import('./conversation/engine.ts'),
    import('./conversation/direct.ts'),
    import('./conversation/direct-sounds.ts'),
    import('./conversation/catalog.ts'),
    import('./conversation/memory.ts'),
    import('./conversation/settings.ts'),
  ])
  const [
    { createBudget },
    { createPrices },
    { modelInWords },
    { createPacer },
    { preload },
    { metered },
    { countCalls },
    { createSenses },
    { createMediaTools },
    { createScratch },
    { createFetchLink },
    { createShelf },
  ] = await Promise.all([
    import('./policy/budget.ts'),
    import('./policy/prices.ts'),
    import('./policy/model-words.ts'),
    import('./reply/pacer.ts'),
    import('./conversation/tokens.ts'),
    import('./observe/metered.ts'),
    import('./conversation/in-flight.ts'),
    import('./senses.ts'),
    import('../adapters/media/media-tools.ts'),
    import('../adapters/system/scratch.ts'),
    import('../adapters/system/image-links.ts'),
    import('../adapters/system/shelf.ts'),
  ])

  const [clock, chance]: [Clock, Chance] = [systemClock(), systemChance()]
  const [closing, cutting] = [new AbortController(), new AbortController()]
  if (Object.keys(config.proxy).length > 0) setGlobalProxyFromEnv(config.proxy)

  const sole = await soleUse(config.database.path, clock)
  const database = await openSqlite({ path: config.database.path, clock, chance, log, ...shared })
  const { inbox, ledger, store } = database
  const { model, transcriber, speaker, painter } = await providerOf(config, clock, log)
  const names = modelNames(config)
  const defaultModel = names.chat
  const prices = createPrices({
    overrides: config.prices,
    provider: config.provider,
    baseUrl: config.openai.baseUrl,
  })
  const budget = createBudget({ ledger, limits: config.budgets, clock, prices })
  const metrics = createMetrics()
  metrics.watchInbox(() => inbox.depth())
  const traces = createTraces({ clock, log, metrics })
  const catalog = createCatalog(model, clock)
  const asking = { model, budget, prices, maxOutputTokens: config.maxOutputTokens }
  const defaults = { model: defaultModel, persona: config.persona }

  const dataDir = dataDirOf(config)
  const scratch = createScratch(join(dataDir, 'scratch'))
  const tools = createMediaTools({ clock, log: log.child({ adapter: 'media' }) })
  const shelf = createShelf({ dir: join(dataDir, 'made'), clock, log })
  const senses = createSenses({
    transcriber,
    speaker,
    transcribeModel: names.transcribe,
    speechModel: names.speech,
    tools,
    scratch,
    fetchLink: createFetchLink({ hosts: config.media.imageLinks }),
    shelf,
    store,
    ledger,
    limits: config.budgets,
    prices,
    clock,
    log,
    keepMs: config.memory.days * 86_400_000,
    booked: metrics.bought,
    ...config.media,
  })

  const engine = createEngine({
    ...asking,
    ...senses,
    painter,
    imageModel: names.image,
    imageLinks: config.media.imageLinks,
    painting: { ...config.painting, keepMs: config.memory.days * 86_400_000 },
    access: config.access,
    catalog,
    clock,
    concurrency: config.answersAtOnce,
    describe: (id) => modelInWords(prices, id),
    inbox,
    ledger,
    log,
    memory: createMemory(store, config.memory.days * 86_400_000),
    modeOf: (channel) => config.channels[channel]?.conversations ?? config.conversations,
    pacer: createPacer({ clock }),
    pingAfterMs: config.pingAfterMs,
    settings: createSettings(store, { ...defaults, speech: config.speech, channels: config.channels }),
    titles: config.titles,
    traces,
    windowTokens: config.memory.windowTokens,
  })

  // Before the web server: it serves what Slack sends there.
  const slack = await slackOf(config, { store, clock, chance, log })
  let discord: Discord | null = null
  const platforms: Record<string, () => PlatformState> = {
    ...(config.discord.token !== null && { discord: () => discord?.state() ?? 'connecting' }),
    ...(slack !== null && { slack: () => slack.state() }),
  }

  const calls = countCalls(
    createDirect({
      ...asking,
      reader: senses.reader,
      ledger,
      catalog,
      clock,
      traces,
      defaults,
      closing: cutting.signal,
    }),
    createDirectSounds({
      ...senses,
      scratch,
      clock,
      traces,
      defaults: {
        speechModel: names.speech,
        transcribeModel: names.transcribe,
        voice: { ...config.speech, name: config.speech.voice },
      },
      closing: cutting.signal,
    }),
  )
  const web = createWeb({
    ...config.web,
    store,
    clock,
    chance,
    log: log.child({ adapter: 'web' }),
    filesDir: join(dataDir, 'files'),
    historyMs: config.memory.days * 86_400_000,
    direct: calls.direct,
    sounds: calls.sounds,
    models: (signal) => catalog.list(signal),
    defaultModel,
    health: async () => healthOf(await database.health(), platforms),
    metrics: () => metrics.text(),
    traces: traces.feed,
    version,
    provider: config.provider === 'openai' ? 'OpenAI' : 'rehearsal',
    mode: config.provider === 'openai' ? 'live' : 'rehearsal',
    routes: slack?.routes ?? [],
  })

  await web.platform.start(engine.intake(metered(web.platform, metrics)), closing.signal)
  const { url } = await web.listen()
  // After the playground is there: its library takes a while to load.
  discord = await discordOf(config, { store, clock, chance, log })
  const connecting = connectAll(
    [
      ...(discord === null ? [] : [{ name: 'Discord', ...discord }]),
      ...(slack === null ? [] : [{ name: 'Slack', ...slack }]),
    ],
    { intake: (platform) => engine.intake(metered(platform, metrics)), signal: closing.signal, log },
  )

  const tidying = shelf.tidy(closing.signal)
  const answering = engine.run(closing.signal)
  answering.catch((error: unknown) => log.fatal({ err: error }, 'the inbox is not worked any more'))
  const working = Promise.all([answering, connecting]).then(() => undefined)
  // Told above; it may come before anybody listens.
  working.catch(() => undefined)
  warmUp(log, [() => metrics.warm(), preload, () => prices.priceOf(defaultModel)])

  return {
    url,
    version,
    platforms: () => Object.fromEntries(Object.entries(platforms).map(([name, state]) => [name, state()])),
    working,
    async stop() {
      closing.abort(new Error('Parley is stopping'))
      const over = Promise.all([answering.catch(() => undefined), calls.idle()])
      await Promise.race([over, clock.sleep(finishMs)])
      engine.suspend()
      cutting.abort(new Error('Parley is stopping'))
      await Promise.race([over, clock.sleep(suspendMs)])
      await Promise.all([web.platform.stop(), discord?.platform.stop(), slack?.platform.stop()])
      await web.close()
      await Promise.all([
        tools.close(),
        scratch.close(),
        tidying,
        within({ clock, limit: bookingMs }, senses.idle).catch((error: unknown) =>
          log.warn({ err: error }, 'what was bought could not be booked before the stop'),
        ),
      ])
      await database.close()
      sole.release()
    },
  }
}

async function discordOf(
  config: Config,
  { log, ...parts }: { store: Store; clock: Clock; chance: Chance; log: Log },
): Promise<Discord | null> {
  const { token, apiUrl, followUps } = config.discord
  if (token === null) return null
  const { createDiscord } = await import('../adapters/discord/discord.ts')
  const byRole = config.access.roles !== 'any'
  return createDiscord({ ...parts, token, apiUrl, followUps, byRole, log: log.child({ adapter: 'discord' }) })
}

async function slackOf(
  config: Config,
  { log, ...parts }: { store: Store; clock: Clock; chance: Chance; log: Log },
): Promise<Slack | null> {
  const { botToken, appToken, signingSecret, clientId, clientSecret, apiUrl, publicUrl, streaming } =
    config.slack
  // A token is one workspace, as a notice says where both are set.
  const several = botToken === null && clientId !== null && clientSecret !== null
  const oauth = several ? { clientId, clientSecret } : null
  if (botToken === null && oauth === null) return null
  const { createSlack } = await import('../adapters/slack/slack.ts')
  return createSlack({
    ...parts,
    botToken,
    appToken,
    signingSecret,
    oauth,
    apiUrl,
    publicUrl,
    direct: config.access.dms,
    streaming: (channel) => config.channels[channel]?.streaming ?? streaming,
    historyMs: config.memory.days * 86_400_000,
    viaProxy: Object.keys(config.proxy).length > 0,
    log: log.child({ adapter: 'slack' }),
  })
}

interface Provider {
  readonly model: Model
  readonly transcriber: Transcriber
  readonly speaker: Speaker
  readonly painter: Painter
}

async function providerOf(config: Config, clock: Clock, log: Log): Promise<Provider> {
  if (config.provider === 'openai') {
    const { createOpenAi } = await import('../adapters/openai/openai.ts')
    const viaProxy = Object.keys(config.proxy).length > 0
    return createOpenAi({ ...config.openai, clock, log, viaProxy })
  }
  const { createRehearsal } = await import('../adapters/rehearsal/rehearsal.ts')
  return createRehearsal({ ...config.rehearsal, clock })
}

if (import.meta.main) {
  const { runInForeground } = await import('./foreground.ts')
  await runInForeground(start)
}
