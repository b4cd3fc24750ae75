import { ModelError } from '../../src/ports/failure.ts'
import { type Endpoint, serverOf } from './endpoint.ts'
import { safeRequestId } from './request-id.ts'
import { withRequest } from './words.ts'

export function isWebPage({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/html') ?? false
}

export function webPageWords({ provider }: Endpoint): string {
  return `${provider} answered with a web page. Check OPENAI_BASE_URL: it usually ends in /v1.`
}

/** A wrong base URL often leads to somebody's web page, with status 200: throws a `ModelError` then. */
export function refuseWebPage(response: Response, endpoint: Endpoint): void {
  if (!isWebPage(response)) return
  const requestId = safeRequestId(response.headers.get('x-request-id'), endpoint.scrub)
  throw new ModelError('server', withRequest(webPageWords(endpoint), requestId), {
    requestId,
    status: 200,
    server: serverOf(endpoint),
  })
}
