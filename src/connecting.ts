import type { Logger } from 'pino'
import type { PlatformState } from './observe/health.ts'
import type { Intake } from './ports/intake.ts'
import type { Platform } from './ports/platform.ts'

/** A platform for which tokens are set. */
export interface Configured {
  /** As people call it. */
  readonly name: string
  readonly platform: Platform
  state(): PlatformState
}

export interface ConnectingParts {
  intake(platform: Platform): Intake
  /** Parley is being stopped. */
  readonly signal: AbortSignal
  readonly log: Logger
}

/**
 * Connects them side by side, beside everything else: when one is slow, or away, nobody else is held up. Resolves when
 * each stands or is given up. One that can't be used as it is set up takes no other down: rejects, with what ails it,
 * when none is left.
 */
export async function connectAll(
  configured: readonly Configured[],
  { intake, signal, log }: ConnectingParts,
): Promise<void> {
  const lost = new Set<Configured>()
  const isLost = (one: Configured): boolean => lost.has(one) || one.state() === 'closed'

  async function connect(one: Configured): Promise<void> {
    const { name, platform } = one
    try {
      await platform.start(intake(platform), signal)
    } catch (error) {
      // Stopped before it was connected: nothing else has to end for that.
      if (signal.aborted) return
      lost.add(one)
      const isLast = configured.every(isLost)
      // What is set up wrong was told in words; of all else the stack is needed.
      const told = error instanceof Error && 'words' in error
      const rest = isLast ? '' : '; the rest goes on without it, until Parley is started again'
      log.fatal(told ? {} : { err: error }, `${name} can’t be used as it is set up${rest}`)
      await platform.stop()
      if (isLast) throw error
    }
  }

  await Promise.all(configured.map(connect))
}
