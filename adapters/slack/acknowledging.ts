import type { Logger } from 'pino'
import type { Body } from './app.ts'
import type { Answer } from './dispatching.ts'

/** Hands on what comes over sockets, and tells Slack there what became of it. */
export interface Acknowledging {
  hear(body: Body, acknowledge: (answer?: unknown) => Promise<void>): void
  /** Resolves when Slack was told of all that was heard so far. */
  idle(): Promise<unknown>
}

export function createAcknowledging(take: (body: Body) => Promise<Answer>, log: Logger): Acknowledging {
  const underWay = new Set<Promise<void>>()

  async function answer(body: Body, acknowledge: (answer?: unknown) => Promise<void>): Promise<void> {
    const answered = await take(body)
    // Without it Slack delivers it again.
    if (answered.kind === 'again') return
    await acknowledge(answered.body).catch((error: unknown) =>
      log.debug({ err: error }, 'A connection was gone before Slack was told that something arrived'),
    )
  }

  return {
    hear: (body, acknowledge) => {
      const telling = answer(body, acknowledge).finally(() => underWay.delete(telling))
      underWay.add(telling)
    },
    idle: () => Promise.all(underWay),
  }
}
