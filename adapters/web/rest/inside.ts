import { BlockList, isIP } from 'node:net'
import { isLoopback } from '../../../src/config/loopback.ts'

/** Addresses that mean something only to the machine or the network that looks them up (RFC 6890). */
const inside = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(network, prefix)
}
for (const [network, prefix] of [
  ['::', 127],
  // NAT64: an IPv4 address in disguise.
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(network, prefix, 'ipv6')
}

/**
 * Whether a URL's host leads inside by its spelling: a private address however written (the URL parser has made it
 * plain), or a name that only a local network knows. What a public name resolves to is for whoever fetches it.
 */
export function leadsInside({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const version = isIP(host)
  if (version !== 0) return inside.check(host, version === 4 ? 'ipv4' : 'ipv6')
  return isLoopback(host) || !host.includes('.') || /\.(local|internal|lan|home\.arpa)$/i.test(host)
}
