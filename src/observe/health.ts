/** How a platform stands. `closed`: it was stopped, or given up for good. */
export type PlatformState = 'connecting' | 'connected' | 'closed'

/**
 * What /health says beside the program's name: the database and the platforms. Healthy is whether questions can be
 * taken in and kept. A platform that is away comes back by itself, and a restart would help nobody; one that was given
 * up for good hears nothing until somebody mends it and starts Parley again.
 */
export function healthOf<Database extends { readonly healthy: boolean }>(
  database: Database,
  platforms: Readonly<Record<string, () => PlatformState>>,
): Database & { readonly platforms: Readonly<Record<string, PlatformState>> } {
  const states = Object.entries(platforms).map(([name, state]) => [name, state()] as const)
  const healthy = database.healthy && states.every(([, state]) => state !== 'closed')
  return { ...database, healthy, platforms: Object.fromEntries(states) }
}
