import type { OpenLedger } from './ledger.ts'
import { type SeenMessage, seen } from './seeing.ts'
import type { InteractionState } from './states.ts'
import type { World } from './world.ts'

export interface FakeInput {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly paragraph: boolean
  readonly required: boolean
  readonly maxLength: number
}

export interface FakeModal {
  readonly title: string
  readonly customId: string
  readonly inputs: readonly FakeInput[]
  readonly interaction: FakeInteraction
}

export interface FakeChoice {
  readonly name: string
  readonly value: string | number
}

export interface FakeInteraction {
  readonly id: string
  readonly token: string
  readonly at: number
  /** From the press of the key to the callback; null before it. */
  readonly deferredAfterMs: number | null
  readonly acknowledged: boolean
  /** 4 message, 5 deferred message, 6 deferred update, 7 update, 8 choices, 9 modal. */
  readonly callback: number | null
  readonly ephemeral: boolean
  readonly modal: FakeModal | null
  readonly choices: readonly FakeChoice[] | null
  /** The reply and the follow-ups, in order, as the person sees them. */
  replies(): readonly SeenMessage[]
  /** Waits for the callback; rejects after `withinMs` (3.5 s). */
  answered(withinMs?: number): Promise<FakeInteraction>
}

export function interactionHandle(
  world: World,
  ledger: OpenLedger,
  state: InteractionState,
): FakeInteraction {
  const handle: FakeInteraction = {
    id: state.id,
    token: state.token,
    at: state.createdAt,
    get deferredAfterMs() {
      return state.acknowledgedAt === null ? null : state.acknowledgedAt - state.createdAt
    },
    get acknowledged() {
      return state.callback !== null
    },
    get callback() {
      return state.callback
    },
    get ephemeral() {
      return state.ephemeral
    },
    get modal() {
      return state.modal === null ? null : modalOf(state.modal as RawModal, handle)
    },
    get choices() {
      return state.choices as readonly FakeChoice[] | null
    },
    replies: () =>
      [...(world.channels.get(state.channelId)?.messages.values() ?? [])]
        .filter((one) => one.interaction?.id === state.id)
        .map((one) => seen(world, one)),
    answered: async (withinMs = 3_500) => {
      await ledger.until(() => state.callback !== null, withinMs)
      return handle
    },
  }
  return handle
}

export interface RawInput {
  readonly custom_id: string
  readonly label?: string
  readonly value?: string
  readonly style: number
  readonly required?: boolean
  readonly max_length?: number
}

export interface RawModal {
  readonly title: string
  readonly custom_id: string
  readonly components: readonly {
    readonly label?: string
    readonly components?: readonly RawInput[]
    readonly component?: RawInput
  }[]
}

export const modalOf = (raw: RawModal, interaction: FakeInteraction): FakeModal => ({
  title: raw.title,
  customId: raw.custom_id,
  interaction,
  inputs: raw.components.flatMap((row) =>
    (row.component === undefined ? (row.components ?? []) : [row.component]).map((input) => ({
      id: input.custom_id,
      label: input.label ?? row.label ?? '',
      value: input.value ?? '',
      paragraph: input.style === 2,
      required: input.required !== false,
      maxLength: input.max_length ?? 4000,
    })),
  ),
})
