import { describe, expect, it } from 'vitest'
import { leadsInside } from '../../adapters/web/rest/inside.ts'

describe('an address of a picture', () => {
  it.each([
    'https://127.0.0.1/a.png',
    'https://2130706433/a.png',
    'https://0x7f.1/a.png',
    'https://0177.0.0.1/a.png',
    'https://169.254.169.254/latest/meta-data',
    'https://10.1.2.3/',
    'https://172.31.0.1/',
    'https://192.168.1.1/',
    'https://0/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://localhost/',
    'https://localhost./',
    'https://api.localhost/',
    'https://intranet/',
    'https://metadata.google.internal/',
    'https://printer.local/',
  ])('leads inside: %s', (address) => expect(leadsInside(new URL(address))).toBe(true))

  it.each([
    'https://example.com/a.png',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'https://172.32.0.1/',
    'https://localhost.example.com/',
  ])('is for the world: %s', (address) => expect(leadsInside(new URL(address))).toBe(false))
})
