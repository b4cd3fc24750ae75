import type { DirectImage } from '../../../src/conversation/direct-port.ts'
import { Problem } from '../problem.ts'
import { bytesIn, isDataUrl } from './data-url.ts'
import { leadsInside } from './inside.ts'

const longestUrl = 8192
const endings = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
])

/** A picture's bytes from a data URL, or its https address as it is; what the bytes are is found out later. */
export function imageOf(address: string, index: number): DirectImage {
  return isDataUrl(address) ? fromData(address, index) : fromUrl(address, index)
}

function fromUrl(address: string, index: number): DirectImage {
  const fits = address.length <= longestUrl && URL.canParse(address)
  if (!fits) throw bad(index, 'is neither an https address nor a data URL')
  const url = new URL(address)
  if (url.protocol !== 'https:') throw bad(index, `takes https or data URLs, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '') throw bad(index, 'takes no address with a password in it')
  if (leadsInside(url)) throw bad(index, 'takes public addresses only; send the picture itself as a data URL')
  return { kind: 'url', url: url.href }
}

function fromData(address: string, index: number): DirectImage {
  const { type, bytes } = bytesIn(address, (words) => bad(index, words))
  const ending = endings.get(type)
  return { kind: 'bytes', name: `image-${index + 1}${ending ? `.${ending}` : ''}`, bytes }
}

const bad = (index: number, words: string): Problem => new Problem(400, `images[${index}]: ${words}`)
