import { checkBlocks } from './block-rules.ts'
import { checkText, limit } from './element-rules.ts'
import { personFor } from './finding.ts'
import { type Arguments, type Call, isObject, type Method, Refusal, text, textOr } from './method.ts'
import { explained } from './refusal.ts'
import type { Json, TeamState, ViewState } from './states.ts'
import type { World } from './world.ts'

const FIELDS = [
  'type',
  'blocks',
  'title',
  'submit',
  'close',
  'private_metadata',
  'callback_id',
  'clear_on_close',
  'notify_on_close',
  'external_id',
  'submit_disabled',
]

/** A view as Slack accepts it; https://docs.slack.dev/reference/views */
function viewOf(world: World, args: Arguments, kind: 'modal' | 'home'): Json {
  const view = args.view
  if (!isObject(view)) throw explained('invalid_arguments', 'missing required field: view')
  try {
    for (const key of Object.keys(view))
      if (!FIELDS.includes(key)) throw new TypeError(`invalid additional property: ${key}`)
    if (view.type !== kind) throw new TypeError(`must be a view of type ${kind} [json-pointer:/view/type]`)
    limit('/view/private_metadata', view.private_metadata, 3_000)
    limit('/view/callback_id', view.callback_id, 255)
    limit('/view/external_id', view.external_id, 255)
    if (kind === 'modal') {
      checkText('/view/title', view.title, 24, 'plain_text')
      if (view.submit !== undefined) checkText('/view/submit', view.submit, 24, 'plain_text')
      if (view.close !== undefined) checkText('/view/close', view.close, 24, 'plain_text')
      const inputs =
        Array.isArray(view.blocks) && view.blocks.some((one) => isObject(one) && one.type === 'input')
      if (inputs && view.submit === undefined)
        throw new TypeError('an input block needs submit [json-pointer:/view/submit]')
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw explained('invalid_arguments', error.message)
  }
  checkBlocks(view.blocks, kind, world.limits)
  return view
}

/** views.open, push, update and publish. */
export function viewMethods(world: World): Method[] {
  function state(
    team: TeamState,
    user: string,
    kind: 'modal' | 'home',
    view: Json,
    below: ViewState | null,
  ): ViewState {
    const id = world.id('V')
    const made: ViewState = {
      id,
      team: team.id,
      user,
      kind,
      root: below?.root ?? id,
      previous: below?.id ?? null,
      hash: '',
      view: {},
    }
    world.views.set(id, made)
    fill(team, made, view)
    return made
  }

  function fill(team: TeamState, one: ViewState, view: Json): void {
    one.hash = `${world.now()}.${world.id('h')}`
    one.view = {
      private_metadata: '',
      callback_id: '',
      external_id: '',
      clear_on_close: false,
      notify_on_close: false,
      submit: null,
      close: null,
      ...view,
      id: one.id,
      hash: one.hash,
      team_id: team.id,
      app_installed_team_id: team.id,
      app_id: world.app.id,
      bot_id: team.bot.bot,
      root_view_id: one.root,
      previous_view_id: one.previous,
      state: { values: {} },
    }
  }

  function triggered({ team, args }: Call): { user: string; trigger: string } {
    const id = text(args, 'trigger_id')
    const trigger = world.triggers.get(id)
    if (trigger === undefined || trigger.team !== team.id) throw new Refusal('invalid_trigger_id')
    if (trigger.used) throw new Refusal('exchanged_trigger_id')
    if (world.now() > trigger.at + world.limits.triggerMs) throw new Refusal('expired_trigger_id')
    trigger.used = true
    return { user: trigger.user, trigger: id }
  }

  function open(call: Call): Json {
    const view = viewOf(world, call.args, 'modal')
    const { user, trigger } = triggered(call)
    const made = state(call.team, user, 'modal', view, null)
    world.opened.set(trigger, made.id)
    return { view: made.view }
  }

  function push(call: Call): Json {
    const view = viewOf(world, call.args, 'modal')
    const { user, trigger } = triggered(call)
    const stack = [...world.views.values()].filter((one) => one.kind === 'modal' && one.user === user)
    if (stack.length === 0) throw new Refusal('view_not_found')
    if (stack.length >= 3) throw new Refusal('push_limit_reached')
    const made = state(call.team, user, 'modal', view, stack.at(-1)!)
    world.opened.set(trigger, made.id)
    return { view: made.view }
  }

  function update({ team, args }: Call): Json {
    const id = textOr(args, 'view_id')
    const external = textOr(args, 'external_id')
    const found = [...world.views.values()].find((one) =>
      id === null ? one.view.external_id === external : one.id === id,
    )
    if (found === undefined || found.team !== team.id) throw new Refusal('not_found')
    const hash = textOr(args, 'hash')
    if (hash !== null && hash !== found.hash) throw new Refusal('hash_conflict')
    fill(team, found, viewOf(world, args, found.kind))
    return { view: found.view }
  }

  function publish({ team, args }: Call): Json {
    const user = personFor(world, text(args, 'user_id')).id
    const view = viewOf(world, args, 'home')
    const found = [...world.views.values()].find(
      (one) => one.kind === 'home' && one.user === user && one.team === team.id,
    )
    const hash = textOr(args, 'hash')
    if (hash !== null && hash !== found?.hash) throw new Refusal('hash_conflict')
    if (found === undefined) return { view: state(team, user, 'home', view, null).view }
    fill(team, found, view)
    return { view: found.view }
  }

  const common = { token: 'bot', scopes: [], tier: 'tier4' } as const
  return [
    { ...common, name: 'views.open', args: { trigger_id: 'text', view: 'json' }, handle: open },
    { ...common, name: 'views.push', args: { trigger_id: 'text', view: 'json' }, handle: push },
    {
      ...common,
      name: 'views.update',
      args: { view_id: 'text', external_id: 'text', hash: 'text', view: 'json' },
      handle: update,
    },
    {
      ...common,
      name: 'views.publish',
      args: { user_id: 'text', hash: 'text', view: 'json' },
      handle: publish,
    },
  ]
}
