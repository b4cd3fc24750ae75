import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Store } from '../../../src/ports/store.ts'
import { createTurnstile } from '../../../src/turnstile.ts'
import { within } from '../../../src/within.ts'
import type { Ask } from './asking.ts'
import type { Credentials } from './credentials.ts'
import { createInstallPages } from './install-pages.ts'
import type { Installation, Installations } from './installation.ts'
import { createKeptInstallations, type Kept } from './kept.ts'
import { orAborted } from './or-aborted.ts'
import { InstallationRefused } from './refused.ts'
import { createRotation } from './rotation.ts'
import { whoIs } from './who.ts'

/** More workspaces than that are read from the store each time. */
const remembered = 10_000
/** Milliseconds; an event has to be acknowledged in three seconds. */
const askingMs = 2_000

/**
 * Any number of workspaces and organisations, each of which installed Parley through its own page. `of` rejects where the
 * store fails, or Slack gives no new token for one that is over.
 */
export function createOAuthInstallations(parts: {
  readonly credentials: Credentials
  /** The bot's scopes, as the manifest has them. */
  readonly scopes: readonly string[]
  /** Base of the Web API; null = Slack's own. */
  readonly apiUrl: string | null
  /** Where browsers reach Parley, without a slash at the end; null = the first redirect URL of the app's settings. */
  readonly publicUrl: string | null
  readonly ask: Ask
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** Ends all that is under way. */
  readonly signal: AbortSignal
}): Installations {
  const { ask, clock, log, signal } = parts
  const turnstile = createTurnstile()
  const kept = createKeptInstallations(parts.store, turnstile)
  const memory = new Map<string, Kept>()
  const alone = <T>(team: string, run: () => Promise<T>): Promise<T> => turnstile(`installation:${team}`, run)
  const rotation = createRotation({ ...parts, kept, renewed: remember, alone })

  function remember(installation: Kept): void {
    memory.delete(installation.team)
    memory.set(installation.team, installation)
    for (const oldest of memory.keys()) {
      if (memory.size <= remembered) break
      memory.delete(oldest)
    }
  }

  async function find(team: string): Promise<Installation | null> {
    const found = memory.get(team) ?? (await kept.get(team))
    if (found === null) return null
    if (!memory.has(team)) remember(found)
    return publicOf(await rotation.fresh(found))
  }

  async function installed(installation: Kept): Promise<void> {
    await alone(installation.team, () => kept.put(installation))
    remember(installation)
    log.info({ team: installation.team, name: installation.teamName }, 'Parley was installed in Slack')
  }

  /**
   * Such events come late, too, when Parley was installed again, and of one workspace of an organisation where the
   * others remain: so Slack is asked.
   */
  async function removeIfDead(team: string): Promise<void> {
    const stored = await kept.get(team)
    if (stored === null || (await isAlive(stored))) return
    await kept.remove(team)
    memory.delete(team)
    log.info({ team, name: stored.teamName }, 'Parley was uninstalled from Slack, or its token revoked')
  }

  async function isAlive({ token }: Kept): Promise<boolean> {
    try {
      await within({ clock, limit: askingMs, signal }, (over) => whoIs(ask, token, over))
      return true
    } catch (error) {
      // Rotation looks after a token that is merely over.
      if (error instanceof InstallationRefused) return error.error === 'token_expired'
      throw error
    }
  }

  return {
    of: (team, enterprise, caller) =>
      orAborted(
        // A workspace of an organisation may have an installation of its own.
        find(team).then((own) => own ?? (enterprise === null ? null : find(enterprise))),
        AbortSignal.any([caller, signal]),
      ),
    known: (team) => publicOf(memory.get(team) ?? null),
    all: async (caller) => {
      const all = await orAborted(kept.all(), AbortSignal.any([caller, signal]))
      return all.map((one) => {
        if (!memory.has(one.team)) remember(one)
        return publicOf(memory.get(one.team) ?? one) as Installation
      })
    },
    forget: async (team, enterprise) => {
      const own = memory.get(team) ?? (await kept.get(team))
      const gone = own ?? (enterprise === null ? null : await kept.get(enterprise))
      if (gone) await alone(gone.team, () => removeIfDead(gone.team))
    },
    routes: createInstallPages({ ...parts, installed }),
  }
}

/** Without the refresh token, which is nobody's business. */
function publicOf(kept: Kept | null): Installation | null {
  if (kept === null) return null
  const { rotation: _, ...installation } = kept
  return installation
}
