import { createWindows } from './limits.ts'
import type { Method } from './method.ts'
import type { Json } from './states.ts'
import type { World } from './world.ts'

/** Counts a call; gives the whole seconds to wait, or null when it may pass. */
export function createLimiting(world: World, on: boolean) {
  const windows = createWindows(world.now)
  return (method: Method, owner: string, sent: Json): number | null => {
    if (!on || method.tier === 'free') return null
    const { limits } = world
    const seconds = (ms: number) => (ms === 0 ? null : Math.ceil(ms / 1000))
    const own = limits.methods[method.name]
    if (method.tier !== 'posts')
      return seconds(windows.count(`${owner}:${method.name}`, own ?? limits[method.tier]))
    const channel = typeof sent.channel === 'string' ? sent.channel : ''
    const here = windows.count(`${owner}:posts:${channel}`, limits.posts)
    if (here > 0) return seconds(here)
    return seconds(windows.count(`${owner}:posts`, own ?? limits.postsOfTeam))
  }
}
