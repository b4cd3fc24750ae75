import { recordOf, whyOf } from './json-answer.ts'

/** What one question to Discord's REST API came to. `where` is the host that was asked. */
export type DiscordAnswer =
  | { readonly kind: 'answered'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly status: number; readonly where: string }
  | { readonly kind: 'unreachable'; readonly why: string; readonly where: string }

export interface DiscordApi {
  /** Never rejects, takes 10 seconds at most, and is asked once: nothing is tried again. */
  get(path: `/${string}`): Promise<DiscordAnswer>
}

const patienceMs = 10_000

/** Discord's gate turns away clients that don't call themselves a bot. */
const userAgent = 'DiscordBot (Parley doctor, 10)'

export function discordApi(token: string, apiUrl: string | null): DiscordApi {
  const base = `${apiUrl ?? 'https://discord.com/api'}/v10`
  const where = apiUrl === null ? 'Discord' : new URL(apiUrl).host
  return {
    async get(path) {
      try {
        const response = await fetch(`${base}${path}`, {
          headers: { authorization: `Bot ${token}`, 'user-agent': userAgent },
          // The token goes to this host and to no other.
          redirect: 'manual',
          signal: AbortSignal.timeout(patienceMs),
        })
        if (!response.ok) {
          await response.body?.cancel()
          return { kind: 'refused', status: response.status, where }
        }
        return { kind: 'answered', body: await recordOf(response) }
      } catch (error) {
        return { kind: 'unreachable', why: whyOf(error, patienceMs), where }
      }
    },
  }
}
