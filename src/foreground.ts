import { dirname, join } from 'node:path'
import { keepCompiled } from './compile-cache.ts'
import type { Config } from './config/config.ts'
import { keepHeapSmall } from './heap.ts'
import type { Program } from './main.ts'
import type { Log } from './observe/log.ts'

type Start = (config: Config, log: Log) => Promise<Program>

const parentMs = 500

/** `npm start`: one process in the foreground until SIGTERM or SIGINT. */
export async function runInForeground(start: Start): Promise<void> {
  keepHeapSmall()
  const [{ loadConfig, secretsOf }, { createLog }] = await Promise.all([
    import('./config/config.ts'),
    import('./observe/log.ts'),
  ])
  try {
    const config = await loadConfig({ env: process.env, cwd: process.cwd() })
    const { path } = config.database
    if (path !== ':memory:') keepCompiled(join(dirname(path), 'compiled'))
    const log = await createLog({ ...config.log, secrets: secretsOf(config) })
    for (const notice of config.notices) log.warn(notice)
    dieLoudly(log)
    const program = await start(config, log)
    stopOnSignals(program, log)
    await welcome(config, log, program)
    // Told already, as fatal: a supervisor starts it anew, and the inbox goes on with what was admitted.
    program.working.catch(() => process.exit(1))
  } catch (error) {
    // Settings, a database or an address that can't be used: each says in words what to mend.
    if (!(error instanceof Error) || !('words' in error)) throw error
    process.stderr.write(`\n${error.words}\n\n`)
    process.exit(1)
  }
}

async function welcome(config: Config, log: Log, { url, version, platforms }: Program): Promise<void> {
  if (config.log.format === 'json') {
    const line = { url, version, provider: config.provider }
    if (log.isLevelEnabled('info')) log.info(line, `Parley listens on ${url}`)
    // Whoever asks for a free port has to learn which, however quiet the log is.
    else process.stdout.write(`${JSON.stringify({ ...line, msg: `Parley listens on ${url}` })}\n`)
    return
  }
  const { welcomeScreen } = await import('./observe/welcome.ts')
  process.stdout.write(welcomeScreen({ version, url, config, ...platforms() }))
}

function stopOnSignals(program: Program, log: Log): void {
  let stopping = false
  const stop = (why: string): void => {
    if (stopping) process.exit(130)
    stopping = true
    log.info({ why }, 'stopping; a second signal stops at once')
    program.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the stop was not clean; nothing admitted is lost')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (process.env.npm_lifecycle_event !== undefined) watchParent(() => stopping || stop('npm is gone'))
}

/** npm dies of a SIGTERM without handing it on: the orphan would hold the port, and nobody would know. */
function watchParent(gone: () => void): void {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) gone()
  }, parentMs).unref()
}

/** What nobody caught ends the process: the inbox has everything, and a restart goes on from there. */
function dieLoudly(log: Log): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an error that nobody caught; the next start goes on with what was admitted')
    process.exit(1)
  })
}
