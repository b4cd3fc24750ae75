import type { PlatformWorld } from '../contract/platform.ts'
import { describeStreams } from '../contract/platform-streams.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { ratedPlatform, thread } from '../fakes/rate-limited-platform.ts'

const minute = (bucket: string) => ({ bucket, limit: 20, windowMs: 60_000 })

/** The fake keeps the promise that real platforms are held to. */
describeStreams(async () => {
  const platform = ratedPlatform({
    clock: simulatedClock(),
    buckets: ['send', 'stream', 'append', 'stop', 'edit'].map(minute),
    spends: (kind, bucket) => kind === bucket,
    streams: { lifeMs: 300_000, ways: () => ['stream', 'edit'] },
  })
  const place = thread('t')
  const world: Pick<PlatformWorld, 'platform' | 'place' | 'seen' | 'close'> = {
    platform,
    place,
    seen: async () => platform.visible(place).map(({ part }) => part.markdown),
    close: async () => {},
  }
  return world as PlatformWorld
})
