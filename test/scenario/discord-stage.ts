import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { type Program, start } from '../../src/main.ts'
import type { PlatformState } from '../../src/observe/health.ts'
import { warmThread } from '../fakes/database-threads.ts'
import { type DiscordFake, type DiscordFakeOptions, startDiscordFake } from '../fakes/discord/discord-fake.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { expectHarmless } from './discord-harmless.ts'
import { temporaryDirectory } from './house.ts'

export interface StageOptions extends DiscordFakeOptions {
  /** parley.yaml; a function is asked once the scene is set, when ids are known. */
  readonly policy?: string | (() => string)
  /** Beside what leads to the two fakes. */
  readonly env?: Readonly<Record<string, string>>
  /** What Discord is waited for before the story begins; `connected` when left out. */
  readonly awaits?: PlatformState
  /** What no setting allows, such as waits too short for people. */
  readonly tuned?: Partial<Config>
  /** Sets the scene before Parley connects. */
  readonly before?: (discord: DiscordFake, model: OpenAiFake) => void
}

/** The whole of Parley in this process, on a real database, between Discord's fake and OpenAI's. */
export interface DiscordStage {
  readonly discord: DiscordFake
  readonly model: OpenAiFake
  /** Every line of the log, as JSON. */
  readonly log: readonly string[]
  /** Where its files lie, while it runs and afterwards. */
  readonly directory: string
  /** `<@id>` of the bot. */
  readonly parley: string
  program(): Program
  /** Resolves once the program has ended cleanly. */
  stop(): Promise<void>
  /** Starts it again on the same database; resolves when it is connected. */
  begin(): Promise<void>
}

/** Everything ends with the test; what must hold in every story is looked at then. */
export async function openDiscordStage(options: StageOptions = {}): Promise<DiscordStage> {
  const { policy, env = {}, tuned = {}, before, awaits = 'connected', ...fake } = options
  const [discord, model] = await Promise.all([startDiscordFake(fake), startOpenAiFake()])
  onTestFinished(async () => void (await Promise.all([discord.close(), model.close()])))
  const directory = temporaryDirectory()
  const log: string[] = []
  let program: Program | null = null

  const stop = async (): Promise<void> => {
    const running = program
    program = null
    await running?.stop()
  }
  const begin = async (): Promise<void> => {
    const config = await loadConfig({
      env: {
        PORT: '0',
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.apiUrl,
        OPENAI_BASE_URL: model.url,
        OPENAI_API: 'responses',
        ...env,
      },
      cwd: directory,
    })
    const lines = pino({ level: 'debug' }, { write: (line) => void log.push(line) })
    const running = await start({ ...config, ...tuned }, lines, { thread: warmThread })
    // Told by the test that looks for it.
    running.working.catch(() => undefined)
    program = running
  }
  const standing = (state: PlatformState) => () => program?.platforms().discord === state

  before?.(discord, model)
  if (policy !== undefined)
    writeFileSync(join(directory, 'parley.yaml'), typeof policy === 'string' ? policy : policy())
  await begin()
  onTestFinished(async () => {
    await stop()
    expectHarmless({ discord, model, log })
  })
  await discord.until(standing(awaits), 10_000)
  return {
    discord,
    model,
    log,
    directory,
    parley: `<@${discord.bot.id}>`,
    program() {
      if (program === null) throw new Error('Parley is not running')
      return program
    },
    stop,
    async begin() {
      await begin()
      await discord.until(standing('connected'), 10_000)
    },
  }
}
