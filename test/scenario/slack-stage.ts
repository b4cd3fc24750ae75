import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { type Program, start } from '../../src/main.ts'
import type { PlatformState } from '../../src/observe/health.ts'
import { warmThread } from '../fakes/database-threads.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type SlackFake, type SlackFakeOptions, startSlackFake } from '../fakes/slack/slack-fake.ts'
import { temporaryDirectory } from './house.ts'
import { expectHarmless } from './slack-harmless.ts'

/** The two ways by which Slack's events come. */
export const modes = ['socket', 'http'] as const
export type Mode = (typeof modes)[number]

export interface StageOptions extends SlackFakeOptions {
  /** `socket` when left out. */
  readonly mode?: Mode
  /** Workspaces install Parley by OAuth; else it has the token of the first one. */
  readonly oauth?: boolean
  /** parley.yaml; a function is asked once the scene is set, when ids are known. */
  readonly policy?: string | ((slack: SlackFake) => string)
  /** Beside what leads to the two fakes. */
  readonly env?: Readonly<Record<string, string>>
  /** What Slack is waited for before the story begins; `connected` when left out. */
  readonly awaits?: PlatformState
  /** What no setting allows, such as waits too short for people. */
  readonly tuned?: Partial<Config>
  /** Sets the scene before Parley connects. */
  readonly before?: (slack: SlackFake, model: OpenAiFake) => void
}

/** The whole of Parley in this process, on a real database, between Slack's fake and OpenAI's. */
export interface SlackStage {
  readonly slack: SlackFake
  readonly model: OpenAiFake
  /** Every line of the log, as JSON. */
  readonly log: readonly string[]
  /** `<@id>` of the bot in the first workspace. */
  readonly parley: string
  program(): Program
  /** Resolves once the program has ended cleanly. */
  stop(): Promise<void>
  /** Starts it again on the same database; resolves when it is connected. */
  begin(): Promise<void>
}

/** Everything ends with the test; what must hold in every story is looked at then. */
export async function openSlackStage(options: StageOptions = {}): Promise<SlackStage> {
  const {
    mode = 'socket',
    oauth = false,
    policy,
    env = {},
    tuned = {},
    before,
    awaits = 'connected',
    ...fake
  } = options
  const [slack, model] = await Promise.all([startSlackFake(fake), startOpenAiFake()])
  onTestFinished(async () => void (await Promise.all([slack.close(), model.close()])))
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
        ...(oauth
          ? { SLACK_CLIENT_ID: slack.client.id, SLACK_CLIENT_SECRET: slack.client.secret }
          : { SLACK_BOT_TOKEN: slack.team.botToken }),
        ...(mode === 'socket'
          ? { SLACK_APP_TOKEN: slack.appToken }
          : { SLACK_SIGNING_SECRET: slack.signingSecret }),
        SLACK_API_URL: slack.apiUrl,
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
    if (mode === 'http') slack.http.to(`${running.url}/slack/events`)
    program = running
  }
  const standing = (state: PlatformState) => () => program?.platforms().slack === state

  before?.(slack, model)
  if (policy !== undefined)
    writeFileSync(join(directory, 'parley.yaml'), typeof policy === 'string' ? policy : policy(slack))
  await begin()
  onTestFinished(async () => {
    await stop()
    expectHarmless({ slack, model, log })
  })
  await slack.until(standing(awaits), 10_000)
  return {
    slack,
    model,
    log,
    parley: `<@${slack.team.bot.user}>`,
    program() {
      if (program === null) throw new Error('Parley is not running')
      return program
    },
    stop,
    async begin() {
      await begin()
      await slack.until(standing('connected'), 10_000)
    },
  }
}
