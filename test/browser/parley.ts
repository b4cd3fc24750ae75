import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProgram } from '../fakes/program.ts'

export interface Parley {
  readonly url: string
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>
  /** With the same data, on the same port again. */
  restart(): Promise<void>
  /** Stops it and deletes its data. */
  dispose(): Promise<void>
}

/** Rehearsed answers at a speed at which many tests don't take long. */
export const quickly = 'rehearsal: { tokens_per_second: 250, first_token_ms: 100 }\n'

/** The real program with data of its own. `policy` is its parley.yaml; without a key its model is the rehearsal. */
export async function startParley(
  settings: { readonly env?: Record<string, string>; readonly policy?: string } = {},
): Promise<Parley> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-browser-'))
  await mkdir(join(directory, 'data'))
  await writeFile(join(directory, 'parley.yaml'), settings.policy ?? '')
  const env = { DATABASE_URL: `sqlite:${join(directory, 'data', 'parley.db')}`, ...settings.env }
  let program = await startProgram({ directory, env })
  let running = true
  const { url } = program

  async function stop(): Promise<void> {
    if (!running) return
    running = false
    await program.kill('SIGTERM')
  }

  return {
    url,
    stop,
    async restart() {
      await stop()
      program = await startProgram({ directory, env: { ...env, PORT: new URL(url).port } })
      running = true
    },
    async dispose() {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
