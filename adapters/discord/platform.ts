import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { RateBudget } from '../../src/ports/outcome.ts'
import type { CallKind, Platform } from '../../src/ports/platform.ts'
import { type Buckets, type ChannelCall, channelBudgets, oldEditBudgets, webhookBudgets } from './buckets.ts'
import { idOf, momentOf } from './catch-up/snowflake.ts'
import { createEditing } from './editing.ts'
import { createFinding } from './finding.ts'
import { can, limits, measure } from './limits.ts'
import { createLoading } from './loading.ts'
import type { Outgoing } from './outgoing.ts'
import { createSending } from './sending.ts'
import { createThreads } from './threads.ts'
import { createTyping } from './typing.ts'
import { channelOf } from './ways.ts'

export interface PlatformParts extends Outgoing {
  readonly buckets: Buckets
  readonly download: Platform['download']
  readonly start: Platform['start']
  readonly stop: Platform['stop']
}

const channelCalls: Readonly<Record<Exclude<CallKind, 'clear'>, ChannelCall>> = {
  send: 'send',
  stream: 'send',
  edit: 'edit',
  finish: 'edit',
  remove: 'delete',
  open: 'open',
  rename: 'rename',
  find: 'history',
  show: 'typing',
}

/** From then on Discord counts a message's edits apart; a minute earlier for us, whose clock may differ. */
const OLD_MS = 59 * 60_000

/** Discord as the engine sees it. */
export function createDiscordPlatform(
  parts: PlatformParts,
): Required<Omit<Platform, 'ways' | 'typed' | 'usage' | 'takesFiles'>> {
  const { ways, buckets, clock } = parts
  const loading = createLoading(parts)
  const { edit, remove } = createEditing({ ...parts, loading })
  const { openPlace, rename } = createThreads(parts)

  const isOld = (at: MessageRef | undefined): boolean => {
    const id = idOf(at?.id)
    return id !== null && clock.now() - momentOf(id) > OLD_MS
  }

  function budget(place: Place, call: CallKind, at?: MessageRef): readonly RateBudget[] {
    // Discord takes typing away by itself.
    if (call === 'clear') return []
    if (call === 'open') return channelBudgets('open', place.root?.channel ?? channelOf(place))
    if (call === 'rename') return channelBudgets('rename', channelOf(place))
    const way = ways.of(place)
    switch (way.kind) {
      case 'closed':
        return []
      case 'interaction':
        return call === 'show' ? [] : webhookBudgets(way.via.token)
      case 'channel':
        return (call === 'edit' || call === 'finish') && isOld(at)
          ? oldEditBudgets(way.channel)
          : channelBudgets(channelCalls[call], way.channel)
    }
  }

  return {
    name: 'discord',
    limits,
    can,
    start: parts.start,
    stop: parts.stop,
    measure,
    takesVoice: loading.takesVoice,
    takesSounds: loading.takesSounds,
    budget: (place, call, at) => buckets.known(budget(place, call, at)),
    openPlace,
    rename,
    send: createSending({ ...parts, loading }),
    edit,
    remove,
    show: createTyping(parts),
    find: createFinding(parts),
    download: parts.download,
  }
}
