import { elementsOf } from './block-rules.ts'
import { filled } from './filling.ts'
import { type FakeInteraction, type FakeView, viewHandle } from './interaction-handle.ts'
import { isObject } from './method.ts'
import type { Starting, Who } from './starting.ts'
import type { Json, ViewState } from './states.ts'
import type { World } from './world.ts'

export interface ViewActing {
  /** By label, block_id or action_id; what isn't named keeps its value. Resolves once Slack has the answer. */
  submits(
    view: FakeView,
    values: Readonly<Record<string, unknown>>,
  ): Promise<{
    readonly errors: Readonly<Record<string, string>> | null
    readonly interaction: FakeInteraction
  }>
  closes(view: FakeView): FakeInteraction
  /** What an external_select offers while this is typed. */
  types(
    view: FakeView,
    actionId: string,
    text: string,
  ): Promise<readonly { readonly text: string; readonly value: string }[]>
  /** The modal that is open for them; null without one. */
  modal(): FakeView | null
  home(): FakeView | null
}

/** The view of this kind that somebody sees: the topmost modal, or the Home tab. */
export const viewOf = (world: World, who: Who, kind: ViewState['kind']): ViewState | undefined =>
  [...world.views.values()].findLast(
    (one) => one.user === who.id && one.team === who.team && one.kind === kind,
  )

/** What a person does with modals and the Home tab. */
export function createViewActing(world: World, { start, common }: Starting, who: Who): ViewActing {
  return {
    async submits(handle, values) {
      const view = world.views.get(handle.id)
      if (view === undefined) throw new Error('that view is closed')
      const state = filled(view.view, values)
      const interaction = start('interactive', null, null, ({ trigger }) => ({
        type: 'view_submission',
        ...common(),
        trigger_id: trigger,
        view: { ...view.view, state: { values: state } },
        response_urls: [],
      }))
      await interaction.answered()
      const said = isObject(interaction.ackBody) ? interaction.ackBody : {}
      if (said.response_action === 'errors')
        return { errors: said.errors as Record<string, string>, interaction }
      if (said.response_action === 'update' && isObject(said.view))
        view.view = { ...view.view, ...said.view, id: view.id }
      else if (said.response_action === 'clear')
        for (const one of world.views.values()) one.root === view.root && world.views.delete(one.id)
      else world.views.delete(view.id)
      return { errors: null, interaction }
    },
    async types(handle, actionId, text) {
      const view = world.views.get(handle.id)
      if (view === undefined) throw new Error('that view is closed')
      const block = (view.view.blocks as readonly Json[]).find((one) =>
        elementsOf(one).some((element) => element.action_id === actionId),
      )
      if (block === undefined) throw new Error(`the view has no '${actionId}'`)
      const interaction = start('interactive', null, null, () => ({
        type: 'block_suggestion',
        ...common(),
        action_id: actionId,
        block_id: block.block_id ?? '',
        value: text,
        container: { type: 'view', view_id: view.id },
        view: view.view,
      }))
      await interaction.answered()
      const said = isObject(interaction.ackBody) ? interaction.ackBody : {}
      const options = Array.isArray(said.options)
        ? (said.options as { text: { text: string }; value: string }[])
        : []
      return options.map((one) => ({ text: one.text.text, value: one.value }))
    },
    closes(handle) {
      const view = world.views.get(handle.id)
      if (view === undefined) throw new Error('that view is closed')
      world.views.delete(view.id)
      return start('interactive', null, null, () => ({
        type: 'view_closed',
        ...common(),
        view: view.view,
        is_cleared: false,
      }))
    },
    modal() {
      const view = viewOf(world, who, 'modal')
      return view === undefined ? null : viewHandle(view)
    },
    home() {
      const view = viewOf(world, who, 'home')
      return view === undefined ? null : viewHandle(view)
    },
  }
}
