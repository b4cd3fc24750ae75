import { type FakeInteraction, type InteractionState, interactionHandle } from './interaction-handle.ts'
import type { OpenLedger } from './ledger.ts'
import type { ChannelState, Json, MessageState } from './states.ts'
import { teamOf, type World } from './world.ts'

export interface Who {
  readonly id: string
  readonly name: string
  readonly team: string
}

/** Begins what a person sets off: a trigger, a response_url, and the delivery of what `make` makes of them. */
export function createStarting(world: World, ledger: OpenLedger, who: Who) {
  const team = () => teamOf(world, who.team)

  function start(
    kind: 'slash_commands' | 'interactive',
    channel: ChannelState | null,
    source: MessageState | null,
    make: (ids: { trigger: string; responseUrl: string }) => Json,
    acknowledged: (body: unknown) => void = () => {},
  ): FakeInteraction {
    const id = world.id('I')
    const trigger = `${world.now()}.${id}.${Math.random().toString(16).slice(2)}`
    const hook = world.id('H')
    world.triggers.set(trigger, { team: who.team, user: who.id, at: world.now(), used: false })
    if (channel !== null)
      world.hooks.set(hook, {
        id: hook,
        team: who.team,
        channel: channel.id,
        user: who.id,
        createdAt: world.now(),
        source: source === null ? null : { channel: channel.id, ts: source.ts },
        interaction: id,
        uses: 0,
      })
    const state: InteractionState = { acknowledgedAfterMs: null, ackBody: undefined, failed: null }
    // Slack waits 3 s for a command and the like, and doesn't come again.
    world.deliver({
      kind,
      payload: make({ trigger, responseUrl: `${world.origin}/hooks/${hook}` }),
      acknowledged(body, afterMs) {
        state.acknowledgedAfterMs = afterMs
        state.ackBody = body
        acknowledged(body)
        ledger.changed()
      },
      failed(why) {
        state.failed = why
        ledger.changed()
      },
    })
    return interactionHandle(world, ledger, state, { id, trigger, hook }, world.opened)
  }

  const common = (): Json => ({
    user: {
      id: who.id,
      username: who.name.toLowerCase(),
      name: who.name.toLowerCase(),
      team_id: world.users.get(who.id)?.team ?? who.team,
    },
    api_app_id: world.app.id,
    token: 'verification-token-that-nobody-uses',
    team: {
      id: who.team,
      domain: team().domain,
      ...(team().enterprise === null ? {} : { enterprise_id: team().enterprise }),
    },
    enterprise: team().enterprise === null ? null : { id: team().enterprise, name: 'Enterprise' },
    is_enterprise_install: team().orgWide,
  })

  return { start, common }
}

export type Starting = ReturnType<typeof createStarting>
