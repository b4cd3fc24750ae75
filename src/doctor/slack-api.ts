import { recordOf, whyOf } from './json-answer.ts'

/** What one question to Slack's Web API came to. `where` is the host that was asked. */
export type SlackAnswer =
  | {
      readonly kind: 'answered'
      readonly body: Readonly<Record<string, unknown>>
      /** null: not told. */
      readonly scopes: readonly string[] | null
    }
  /** Slack's own code, such as `invalid_auth`. */
  | { readonly kind: 'refused'; readonly error: string; readonly where: string }
  | { readonly kind: 'failed'; readonly status: number; readonly where: string }
  | { readonly kind: 'unreachable'; readonly why: string; readonly where: string }

export interface SlackApi {
  /** Never rejects, takes 10 seconds at most, and is asked once: nothing is tried again. */
  ask(method: string, token: string, args?: Readonly<Record<string, string>>): Promise<SlackAnswer>
}

const patienceMs = 10_000

/** `apiUrl`: base of the Web API, with or without a slash at the end; null = Slack's own. */
export function slackApi(apiUrl: string | null): SlackApi {
  const base = (apiUrl ?? 'https://slack.com/api').replace(/\/+$/, '')
  const where = apiUrl === null ? 'Slack' : new URL(apiUrl).host
  return {
    async ask(method, token, args = {}) {
      try {
        const response = await fetch(`${base}/${method}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: new URLSearchParams(args).toString(),
          // The token goes to this host and to no other.
          redirect: 'manual',
          signal: AbortSignal.timeout(patienceMs),
        })
        if (!response.ok) {
          await response.body?.cancel()
          return { kind: 'failed', status: response.status, where }
        }
        const body = await recordOf(response)
        if (body.ok !== true) return { kind: 'refused', error: codeIn(body.error), where }
        return { kind: 'answered', body, scopes: scopesIn(response.headers.get('x-oauth-scopes')) }
      } catch (error) {
        return { kind: 'unreachable', why: whyOf(error, patienceMs), where }
      }
    },
  }
}

/** What stands there is shown: nothing but a code gets through. */
const codeIn = (error: unknown): string =>
  typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : 'an unknown error'

const scopesIn = (header: string | null): readonly string[] | null =>
  header === null
    ? null
    : header
        .split(',')
        .map((scope) => scope.trim())
        .filter(Boolean)
