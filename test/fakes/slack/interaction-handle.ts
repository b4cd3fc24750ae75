import type { OpenLedger, ResponseEntry } from './ledger.ts'
import type { Json, ViewState } from './states.ts'
import type { World } from './world.ts'

export interface FakeView {
  readonly id: string
  readonly callbackId: string
  readonly title: string
  readonly blocks: readonly Json[]
  readonly view: Json
}

/** What a person set off: a command, a shortcut, a button, a submitted form. */
export interface FakeInteraction {
  readonly id: string
  readonly triggerId: string
  readonly responseUrl: string
  /** Null while it isn't acknowledged. */
  readonly acknowledgedAfterMs: number | null
  readonly ackBody: unknown
  /** Why Slack shows the person an error; null as long as it doesn't. */
  readonly failed: string | null
  /** What was posted to its response_url. */
  readonly responses: readonly ResponseEntry[]
  /** The view that was opened with its trigger. */
  modal(): FakeView | null
  /** Waits until it is acknowledged; rejects when it failed, or after `withinMs` (3.5 s). */
  answered(withinMs?: number): Promise<FakeInteraction>
}

export interface InteractionState {
  acknowledgedAfterMs: number | null
  ackBody: unknown
  failed: string | null
}

export function interactionHandle(
  world: World,
  ledger: OpenLedger,
  state: InteractionState,
  ids: { readonly id: string; readonly trigger: string; readonly hook: string },
  opened: ReadonlyMap<string, string>,
): FakeInteraction {
  const handle: FakeInteraction = {
    id: ids.id,
    triggerId: ids.trigger,
    responseUrl: `${world.origin}/hooks/${ids.hook}`,
    get acknowledgedAfterMs() {
      return state.acknowledgedAfterMs
    },
    get ackBody() {
      return state.ackBody
    },
    get failed() {
      return state.failed
    },
    get responses() {
      return ledger.responses.filter((one) => one.interaction === ids.id)
    },
    modal() {
      const view = world.views.get(opened.get(ids.trigger) ?? '')
      return view === undefined ? null : viewHandle(view)
    },
    async answered(withinMs = 3_500) {
      await ledger.until(() => {
        if (state.failed !== null) throw new Error(`Slack shows an error: ${state.failed}`)
        return state.acknowledgedAfterMs !== null
      }, withinMs)
      return handle
    },
  }
  return handle
}

export const viewHandle = ({ id, view }: ViewState): FakeView => ({
  id,
  callbackId: String(view.callback_id ?? ''),
  title: String((view.title as { text?: string } | undefined)?.text ?? ''),
  blocks: view.blocks as readonly Json[],
  view,
})
