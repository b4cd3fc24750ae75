import { BlockList, isIP } from 'node:net'

/** Addresses that mean something only to the machine or the network that looks them up (RFC 6890), or hide another one. */
const inside = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Where Azure answers its own machines.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(network, prefix)
}
for (const [network, prefix] of [
  // Unspecified, loopback, and IPv4 addresses written the old way.
  ['::', 96],
  // IPv4 addresses in disguise: SIIT, NAT64, 6to4. Mapped ones are held against the list above.
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['100::', 64],
  // For protocols, Teredo among them, and for measurements: no site is there.
  ['2001::', 23],
  // For documents.
  ['2001:db8::', 32],
  ['3fff::', 20],
  // Segments of a network's own routes (SRv6).
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(network, prefix, 'ipv6')
}

/** Whether an IP address is one that everybody reaches. False for what is no address. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  return version !== 0 && !inside.check(address, version === 4 ? 'ipv4' : 'ipv6')
}
