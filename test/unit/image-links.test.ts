import { describe, expect, it } from 'vitest'
import { createFetchLink, type Got } from '../../adapters/system/image-links.ts'
import { linksIn } from '../../src/media/image-links.ts'
import { isPublicAddress } from '../../src/media/public-address.ts'
import { streamOf } from './media-desk.ts'

const never = new AbortController().signal
const hosts = ['img.example.org', 'cdn.example.net']

/** Fetches where every name has this address; `connections`: to whom it talked. */
function fetching(address: string, answers: readonly Partial<Got>[] = [{}]) {
  const connections: string[] = []
  const fetch = createFetchLink({
    hosts,
    resolve: async () => [{ address, family: address.includes(':') ? 6 : 4 }],
    get: async (url, pinned) => {
      const answer = answers[connections.length] ?? {}
      connections.push(`${url.href} at ${pinned.address}`)
      return { status: 200, location: null, body: streamOf('picture'), ...answer }
    },
  })
  return { fetch: (url: string) => fetch(url, never), connections }
}

describe('links to pictures', () => {
  it('are looked at only where their host is on the list', () => {
    const text =
      'See (https://img.example.org/a.png), <https://img.example.org/b.png>, https://img.example.org/a.png, ' +
      'https://sub.img.example.org/c.png http://img.example.org/d.png https://me:pw@img.example.org/e.png ' +
      'https://img.example.org:8443/f.png https://img.example.org.evil.test/g.png'
    expect(linksIn(text, hosts).map(({ name }) => name)).toEqual(['a.png', 'b.png'])
    expect(linksIn(text, [])).toEqual([])
  })

  it('are fetched from the very address that was looked at', async () => {
    const { fetch, connections } = fetching('93.184.216.34')
    expect(await new Response(await fetch('https://img.example.org/a.png')).text()).toBe('picture')
    expect(connections).toEqual(['https://img.example.org/a.png at 93.184.216.34'])
  })

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00::1',
    'fe80::1',
  ])('are not fetched from %s, whatever the name says', async (address) => {
    const { fetch, connections } = fetching(address)
    await expect(fetch('https://img.example.org/a.png')).rejects.toThrow('no public address')
    expect(connections).toEqual([])
  })

  it('are not fetched from a name that leads outside and inside', async () => {
    const fetch = createFetchLink({
      hosts,
      resolve: async () => [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
      get: () => Promise.reject(new Error('it connected')),
    })
    await expect(fetch('https://img.example.org/a.png', never)).rejects.toThrow('no public address')
  })

  it('are followed to other hosts of the list', async () => {
    const moved = { status: 302, location: 'https://cdn.example.net/b.png' }
    const { fetch, connections } = fetching('93.184.216.34', [moved])
    await fetch('https://img.example.org/a.png')
    expect(connections).toHaveLength(2)
  })

  it.each([
    'https://evil.test/',
    'http://cdn.example.net/',
    'https://127.0.0.1/',
    'file:///etc/passwd',
    '//evil.test/x',
  ])('are not followed to %s', async (location) => {
    const { fetch, connections } = fetching('93.184.216.34', [{ status: 302, location }])
    await expect(fetch('https://img.example.org/a.png')).rejects.toThrow('not fetched from')
    expect(connections).toHaveLength(1)
  })

  it('are not followed without end', async () => {
    const loop = { status: 302, location: 'https://img.example.org/a.png' }
    const { fetch, connections } = fetching(
      '93.184.216.34',
      Array.from({ length: 9 }, () => loop),
    )
    await expect(fetch('https://img.example.org/a.png')).rejects.toThrow('without end')
    expect(connections).toHaveLength(4)
  })
})

it('takes public addresses for public', () => {
  expect(['93.184.216.34', '2606:2800:220:1::1'].every(isPublicAddress)).toBe(true)
  expect(isPublicAddress('localhost')).toBe(false)
})

it.each([
  ...['::ffff:0:7f00:1', '::ffff:7f00:1', '64:ff9b::7f00:1', '2001::1', '2001:2::1', '2001:10::1'],
  ...['3fff::1', '3fff:fff::1', '5f00::1', '168.63.129.16'],
])('takes %s for none that everybody reaches', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})
