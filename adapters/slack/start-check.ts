import type { Logger } from 'pino'
import type { Features } from './features.ts'
import type { Installation } from './installations/installation.ts'
import { InstallationRefused } from './installations/refused.ts'
import { missingScopes } from './scopes.ts'
import { SetupError, troubleOfBotToken, withoutScopes } from './start-words.ts'

/** Looks at the tokens before anything is heard. `all`: as `Installations.all`. Rejects with words where a person must mend something. */
export async function checkInstallations(
  all: () => Promise<readonly Installation[]>,
  features: Pick<Features, 'direct'>,
  log: Logger,
): Promise<readonly Installation[]> {
  const installations = await all().catch((error: unknown) => {
    const trouble = error instanceof InstallationRefused ? troubleOfBotToken(error.error) : null
    if (trouble === null) throw error
    log.error(trouble.words)
    throw new SetupError(trouble.words)
  })
  for (const { teamName, scopes } of installations) {
    // None at all: not told.
    const missing = scopes.length === 0 ? new Map<string, string>() : missingScopes(features, scopes)
    if (missing.size > 0) log.warn(withoutScopes(teamName, missing))
  }
  return installations
}
