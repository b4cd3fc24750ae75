import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome, RateBudget } from '../../src/ports/outcome.ts'
import type { CallKind, Platform } from '../../src/ports/platform.ts'
import { createAnswerFiles } from './answer-files.ts'
import { budgetsOf } from './buckets.ts'
import { createDownload } from './download.ts'
import { createEditing } from './editing.ts'
import { createFileMessages } from './file-messages.ts'
import { createFinding, findBudgets } from './finding.ts'
import { can, limits, measure } from './limits.ts'
import type { Outgoing } from './outgoing.ts'
import { type ResponseUrls, responseBudgets } from './response-url.ts'
import { createSending } from './sending.ts'
import { createShowing } from './showing.ts'
import { createStreams } from './streams.ts'
import { createThinner } from './thinner.ts'
import { createTitles, titleBudgets } from './titles.ts'
import { typed } from './typed.ts'
import { createUploads } from './upload.ts'
import { fileIn, isFixed } from './ways.ts'

export interface PlatformParts extends Outgoing {
  readonly start: Platform['start']
  readonly stop: Platform['stop']
  /** The same for all who post there: Slack counts the uses of an address. */
  readonly responses: ResponseUrls
}

/** It has no voice messages that an app may send: what is spoken is a file with a player. */
export type SlackPlatform = Required<Omit<Platform, 'takesVoice' | 'usage'>>

/** Slack as the engine sees it. */
export function createSlackPlatform(given: PlatformParts): SlackPlatform {
  const parts = { ...given, wire: createThinner(given) }
  const { ways } = parts
  const streams = createStreams(parts)
  const uploads = createUploads(parts)
  const media = createFileMessages({ ...parts, uploads })
  const sending = { ...parts, streams, uploads, media, files: createAnswerFiles(parts) }
  const { edit, remove } = createEditing(sending)
  const { openPlace, rename } = createTitles(parts)
  const showing = createShowing({ ...parts, streams })
  const send = createSending(sending)

  function budget(place: Place, call: CallKind, at?: MessageRef): readonly RateBudget[] {
    const { workspace: team } = place.conversation
    switch (call) {
      case 'open':
        return []
      case 'rename':
        return titleBudgets(place)
      case 'show':
      case 'clear':
        return showing.budget(place, call)
      case 'find':
        return findBudgets(place, ways.of(place))
      case 'stream':
        return ways.takesStreams(place) ? budgetsOf(team, 'chat.startStream') : sendBudgets(place)
      case 'send':
        return sendBudgets(place)
      case 'remove':
        if (at && fileIn(at) !== null) return budgetsOf(team, 'files.delete')
        return at && isFixed(at) ? [] : budgetsOf(team, 'chat.delete')
      case 'edit':
      case 'finish':
        if (at && isFixed(at)) return []
        // Of a message that is still to begin: it will end as it grows.
        if (!at && call === 'finish' && ways.growing(place)[0] === 'stream')
          return budgetsOf(team, 'chat.stopStream')
        return budgetsOf(team, (at && streams.next(place, at, call)) ?? 'chat.update')
    }
  }

  function sendBudgets(place: Place): readonly RateBudget[] {
    const { workspace: team } = place.conversation
    const target = ways.of(place)
    switch (target.kind) {
      case 'channel':
        return budgetsOf(team, 'chat.postMessage', target.channel)
      case 'private':
        return budgetsOf(team, 'chat.postEphemeral')
      case 'response':
        return responseBudgets(place)
      case 'closed':
        return []
    }
  }

  return {
    name: 'slack',
    limits,
    can,
    start: parts.start,
    stop: parts.stop,
    measure,
    typed,
    ways: ways.growing,
    takesSounds: (place) => !ways.isOutside(place),
    takesFiles: ({ conversation: { workspace } }) => uploads.takes(workspace),
    budget,
    openPlace,
    rename,
    async send(place, part, how): Promise<Outcome> {
      const outcome = await send(place, part, how)
      if (outcome.kind === 'sent') showing.sent(place)
      return outcome
    },
    edit,
    remove,
    show: showing.show,
    find: createFinding({ ...parts, media }),
    download: createDownload(parts),
  }
}
