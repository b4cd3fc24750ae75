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

/** The answers that are read here have some kilobytes. */
const mostBytes = 262_144

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
        return { kind: 'answered', body: recordIn(await textOf(response)) }
      } catch (error) {
        return { kind: 'unreachable', why: whyOf(error), where }
      }
    },
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) throw new Error('its answer has no end')
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

function recordIn(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Error('its answer is no JSON', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('its answer is no object')
  return { ...value }
}

/** fetch says "fetch failed", and the reason in its cause. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${patienceMs / 1_000} seconds`
  const { cause } = error
  if (cause instanceof Error && error.message === 'fetch failed')
    return 'code' in cause ? String(cause.code) : cause.message
  return error.message
}
