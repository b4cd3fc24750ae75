import type { Hono } from 'hono'
import type { Platform } from '../../../src/ports/platform.ts'
import type { BodyReader } from '../body.ts'
import type { WebEnv } from '../env.ts'
import type { Gate } from '../gate.ts'
import type { Keyring } from '../keys.ts'
import type { ModelList } from '../model-list.ts'
import type { Timing, WebOptions } from '../options.ts'
import type { Sessions } from '../sessions.ts'
import type { WrongKeys } from '../wrong-keys.ts'
import { createActions } from './actions.ts'
import { createBoard } from './board.ts'
import { type Changes, createChanges } from './changes.ts'
import { createChannels } from './channels.ts'
import { createChat } from './chat.ts'
import { createEvents } from './events.ts'
import { createFiles } from './files.ts'
import { createHearing } from './hearing.ts'
import { directWith } from './message.ts'
import { createMessageLog } from './message-log.ts'
import { createWebPlatform } from './platform.ts'
import { playgroundRoutes } from './routes.ts'

/** A small chat of its own in the browser: the server behind the pages, and the platform before the engine. */
export interface Playground {
  readonly platform: Platform
  readonly routes: Hono<WebEnv>
  close(): void
}

export function createPlayground(given: {
  readonly options: WebOptions
  readonly timing: Timing
  readonly gate: Gate
  readonly keyring: Keyring
  readonly sessions: Sessions
  readonly wrongKeys: WrongKeys
  readonly bodies: BodyReader
  readonly models: ModelList
}): Playground {
  const { options, timing } = given
  const { store, clock, chance } = options
  // Thousandths of a millisecond: above any number of a former process, and still a safe integer.
  const changes = createChanges(clock.now() * 1_000)
  const log = createMessageLog(store, options)
  const board = createBoard(log, changes)
  const channels = createChannels(store)
  const files = createFiles({
    dir: options.filesDir,
    store,
    clock,
    uuid: chance.uuid,
    keptMs: options.historyMs,
    messageAt: log.find,
  })
  const hearing = createHearing()
  const chat = createChat({ log, board, channels, files, hearing, clock })
  const actions = createActions({ chat, log, board, files, hearing, clock })
  const events = createEvents(changes, { version: options.version }, { clock, timing })
  const platform = createWebPlatform({
    log,
    board,
    channels,
    changes,
    files,
    hearing,
    clock,
    warn: (words, err) => options.log.warn({ err }, words),
  })
  const unsubscribe = publishTraces(options, changes)

  return {
    platform,
    routes: playgroundRoutes({
      ...given,
      chat,
      actions,
      changes,
      channels,
      log,
      files,
      events,
      hearing,
      messageLimit: platform.limits.message,
    }),
    close: () => {
      unsubscribe()
      events.close()
    },
  }
}

function publishTraces(options: WebOptions, changes: Changes): () => void {
  return options.traces.subscribe((trace) => {
    if (trace.platform !== 'web') return
    changes.publish({
      subject: JSON.stringify(['trace', trace.turn]),
      event: 'trace',
      data: trace,
      only: directWith(trace.channel),
    })
  })
}
