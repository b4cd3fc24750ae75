import { isIPv4, isIPv6 } from 'node:net'

/** Whether the name or address can only mean this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase()
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  if (isIPv4(name)) return name.startsWith('127.')
  return isIPv6(name) && /^(0*:)*0*1$|^::1$/.test(name)
}
