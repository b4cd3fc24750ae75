import { ModelError } from '../../src/ports/failure.ts'
import type { Endpoint } from './endpoint.ts'
import { withRequest } from './words.ts'

/** A wrong base URL often leads to somebody's web page, with status 200: throws a `ModelError` then. */
export function refuseWebPage(response: Response, { provider }: Endpoint): void {
  if (!response.headers.get('content-type')?.startsWith('text/html')) return
  const requestId = response.headers.get('x-request-id')
  const words = `${provider} answered with a web page. Check OPENAI_BASE_URL: it usually ends in /v1.`
  throw new ModelError('bad_request', withRequest(words, requestId), { requestId, status: 200 })
}
