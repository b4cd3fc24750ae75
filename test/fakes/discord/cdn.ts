import { createHmac } from 'node:crypto'
import type { AttachmentState } from './states.ts'
import type { World } from './world.ts'

const SECRET = 'the fake CDN'

/** Signed links on the fake's own host, as Discord's: `ex` when they expire, `is` when made, `hm` over both. */
export function createCdn(world: World, origin: () => string) {
  let lifeMs = world.limits.linkMs
  /** Links made before this are dead, whatever they say. */
  let expiredBefore = 0
  const sign = (path: string, ex: string, is: string) =>
    createHmac('sha256', SECRET).update(`${path}:${ex}:${is}`).digest('hex')

  function linkOf(attachment: AttachmentState): string {
    const path = `/attachments/${attachment.channelId}/${attachment.id}/${attachment.name}`
    const is = Math.floor(world.now() / 1000).toString(16)
    const ex = Math.floor((world.now() + lifeMs) / 1000).toString(16)
    return `${origin()}${path}?ex=${ex}&is=${is}&hm=${sign(path, ex, is)}&n=${++made}&`
  }
  let made = 0

  function fetched(url: URL): { status: number; type: string; bytes: Uint8Array } {
    const said = (status: number, words: string) => ({
      status,
      type: 'text/plain',
      bytes: Buffer.from(words),
    })
    const ex = url.searchParams.get('ex') ?? ''
    const is = url.searchParams.get('is') ?? ''
    const old = Number(url.searchParams.get('n')) <= expiredBefore
    const path = decodeURIComponent(url.pathname)
    if (
      url.searchParams.get('hm') !== sign(path, ex, is) ||
      old ||
      Number.parseInt(ex, 16) * 1000 <= world.now()
    )
      return said(403, 'This content is no longer available.')
    const attachment = world.attachments.get(path.split('/')[3] ?? '')
    if (attachment === undefined) return said(404, 'This content is no longer available.')
    return { status: 200, type: attachment.type, bytes: attachment.bytes }
  }

  return {
    linkOf,
    fetched,
    /** How long links made from now on live, ms. */
    set lifeMs(ms: number) {
      lifeMs = ms
    },
    /** All links made so far answer 403, though their `ex` says otherwise. */
    expireAll() {
      expiredBefore = made
    },
  }
}
