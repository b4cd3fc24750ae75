import { allowedCallbacks, carryOut, fill, write } from './callbacks.ts'
import { choiceAt, fieldsAt, onlyKnown } from './fields.ts'
import { vanished } from './happenings.ts'
import { EPHEMERAL, LOADING, readMessageBody } from './message-body.ts'
import { rewrite } from './message-routes.ts'
import { refusal } from './refusal.ts'
import { renderMessage } from './rendering.ts'
import { type Call, type Route, route } from './routes.ts'
import type { InteractionState } from './states.ts'
import type { World } from './world.ts'

const WEBHOOK = '/webhooks/:application/:token'
const MOST_FOLLOW_UPS = 5

/** Answers to interactions: their token in the path is the right to give them. */
export function interactionRoutes(world: World): Route[] {
  function callback(call: Call) {
    const interaction = world.interactions.get(call.params.interaction!)
    if (interaction === undefined || interaction.token !== call.params.token) throw refusal(10062)
    if (interaction.callback !== null) throw refusal(40060)
    if (world.now() - interaction.createdAt > world.limits.callbackMs) throw refusal(10062)
    const fields = fieldsAt([], call.body)
    onlyKnown([], fields, ['type', 'data'])
    const type = choiceAt(['type'], fields.type, allowedCallbacks(interaction))
    const message = carryOut(world, interaction, type, fields.data, call)
    interaction.acknowledgedAt = world.now()
    interaction.callback = type
    if (call.query.with_response !== 'true') return { status: 204 }
    return {
      status: 200,
      body: {
        interaction: {
          id: interaction.id,
          type: interaction.type,
          response_message_id: message?.id,
          response_message_loading: ((message?.flags ?? 0) & LOADING) !== 0,
          response_message_ephemeral: ((message?.flags ?? 0) & EPHEMERAL) !== 0,
        },
        resource: { type, ...(message === null ? {} : { message: renderMessage(world, message) }) },
      },
    }
  }

  function living(call: Call): InteractionState {
    const { application, token } = call.params
    if (application !== world.applicationId) throw refusal(10015)
    const interaction = world.tokens.get(token!)
    if (interaction === undefined || interaction.callback === null) throw refusal(10015)
    if (world.now() - interaction.createdAt > world.limits.tokenMs) throw refusal(50027)
    return interaction
  }

  function messageAt(call: Call) {
    const interaction = living(call)
    const named = call.params.message!
    const id = named === '@original' ? interaction.originalId : named
    const message = id === null ? undefined : world.channels.get(interaction.channelId)?.messages.get(id)
    if (
      message === undefined ||
      (named !== '@original' && message.interaction?.id !== interaction.id && id !== interaction.originalId)
    )
      throw refusal(10008)
    return { interaction, message }
  }

  function followUp(call: Call) {
    const interaction = living(call)
    const body = readMessageBody(world, 'webhook', interaction.channelId, call.body, call.files)
    const original =
      interaction.originalId === null
        ? undefined
        : world.channels.get(interaction.channelId)?.messages.get(interaction.originalId)
    if (original !== undefined && (original.flags & LOADING) !== 0) {
      // The first follow-up fills a deferred reply, with the reply's own visibility.
      fill(world, original, body, call)
      return { status: 200, body: renderMessage(world, original) }
    }
    if (interaction.installed === 'user' && interaction.followUps >= MOST_FOLLOW_UPS) throw refusal(40094)
    interaction.followUps++
    const message = write(world, interaction, body, ((body.flags ?? 0) & EPHEMERAL) !== 0, call)
    return { status: 200, body: renderMessage(world, message) }
  }

  const MESSAGE = `${WEBHOOK}/messages/:message`
  return [
    route('POST', '/interactions/:interaction/:token/callback', null, callback, true),
    route('POST', WEBHOOK, 'webhooks', followUp, true),
    route(
      'GET',
      MESSAGE,
      'webhooks',
      (call) => ({ status: 200, body: renderMessage(world, messageAt(call).message) }),
      true,
    ),
    route(
      'PATCH',
      MESSAGE,
      'webhooks',
      (call) => {
        const { interaction, message } = messageAt(call)
        const body = readMessageBody(world, 'webhook edit', interaction.channelId, call.body, call.files)
        if ((message.flags & LOADING) !== 0) fill(world, message, body, call)
        else {
          call.entry.pings = body.pings(null)
          rewrite(world, message, body)
        }
        return { status: 200, body: renderMessage(world, message) }
      },
      true,
    ),
    route(
      'DELETE',
      MESSAGE,
      'webhooks',
      (call) => {
        vanished(world, messageAt(call).message)
        return { status: 204 }
      },
      true,
    ),
  ]
}
