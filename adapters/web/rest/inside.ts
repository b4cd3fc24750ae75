import { isIP } from 'node:net'
import { isLoopback } from '../../../src/config/loopback.ts'
import { isPublicAddress } from '../../../src/media/public-address.ts'

/**
 * Whether a URL's host leads inside by its spelling: a private address however written (the URL parser has made it
 * plain), or a name that only a local network knows. What a public name resolves to is for whoever fetches it.
 */
export function leadsInside({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(host) !== 0) return !isPublicAddress(host)
  return isLoopback(host) || !host.includes('.') || /\.(local|internal|lan|home\.arpa)$/i.test(host)
}
