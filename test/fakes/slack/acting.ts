import { elementsOf } from './block-rules.ts'
import { filled } from './filling.ts'
import { channelAt, type FakeMessage, stateOf, type Where } from './handles.ts'
import type { FakeInteraction, FakeView } from './interaction-handle.ts'
import { isObject } from './method.ts'
import { renderMessage } from './rendering.ts'
import { respond } from './response-urls.ts'
import type { Starting, Who } from './starting.ts'
import type { ChannelState, Json } from './states.ts'
import { viewOf } from './view-acting.ts'
import { channelOf, newMessage, teamOf, type World } from './world.ts'

export interface Acting {
  /** In a channel, or 'dm'; Slack has none in threads. */
  slash(where: Where, command: string, text?: string): FakeInteraction
  /** "More actions" on a message. */
  shortcut(message: FakeMessage, callbackId: string): FakeInteraction
  /** From the composer or the search. */
  globalShortcut(callbackId: string): FakeInteraction
  /** A button by its text or action_id; of a message, of the Home tab, or of an open view. */
  presses(on: FakeMessage | 'home' | FakeView, button: string): FakeInteraction
  feedback(message: FakeMessage, which: 'up' | 'down'): FakeInteraction
}

/** What a person does with commands, shortcuts and buttons. */
export function createActing(world: World, starting: Starting, who: Who): Acting {
  const { start, common } = starting
  const place = (channel: ChannelState): Json => ({
    channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
  })

  function actions(
    on: FakeMessage | 'home' | FakeView,
    find: (element: Json) => Json | null,
  ): FakeInteraction {
    if (on === 'home' || 'callbackId' in on) {
      const view = on === 'home' ? viewOf(world, who, 'home') : world.views.get(on.id)
      if (view === undefined)
        throw new Error(on === 'home' ? 'nothing was published to the Home tab' : 'that view is closed')
      const action = actionIn(view.view.blocks as readonly Json[], find)
      return start('interactive', null, null, ({ trigger }) => ({
        type: 'block_actions',
        ...common(),
        container: { type: 'view', view_id: view.id },
        trigger_id: trigger,
        view: view.view,
        state: { values: filled(view.view, {}, false) },
        actions: [action],
      }))
    }
    const message = stateOf(world, on)
    const channel = channelOf(world, on.channel)
    const ephemeral = message.visibleTo !== null
    const action = actionIn(message.blocks, find)
    return start('interactive', channel, message, ({ trigger, responseUrl }) => ({
      type: 'block_actions',
      ...common(),
      ...place(channel),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: ephemeral,
        ...(message.thread === null ? {} : { thread_ts: message.thread }),
      },
      trigger_id: trigger,
      ...(ephemeral ? {} : { message: renderMessage(world, message) }),
      state: { values: {} },
      response_url: responseUrl,
      actions: [action],
    }))
  }

  function actionIn(blocks: readonly Json[], find: (element: Json) => Json | null): Json {
    for (const [index, block] of blocks.entries())
      for (const element of elementsOf(block)) {
        const action = find(element)
        if (action !== null)
          return {
            block_id: block.block_id ?? `b${index}`,
            action_id: element.action_id ?? '',
            type: element.type,
            action_ts: world.ts({ lastTs: 0 }),
            ...action,
          }
      }
    throw new Error('no such button there')
  }

  return {
    slash(where, command, text = '') {
      const channel = channelAt(world, where, who.team, who.id)
      const { domain, enterprise, orgWide } = teamOf(world, who.team)
      return start(
        'slash_commands',
        channel,
        null,
        ({ trigger, responseUrl }) => ({
          token: 'verification-token-that-nobody-uses',
          team_id: who.team,
          team_domain: domain,
          ...(enterprise === null ? {} : { enterprise_id: enterprise, enterprise_name: 'Enterprise' }),
          channel_id: channel.id,
          channel_name:
            channel.kind === 'im'
              ? 'directmessage'
              : channel.kind === 'channel'
                ? channel.name
                : 'privategroup',
          user_id: who.id,
          user_name: who.name.toLowerCase(),
          command,
          text,
          api_app_id: world.app.id,
          is_enterprise_install: String(orgWide),
          response_url: responseUrl,
          trigger_id: trigger,
        }),
        (body) => {
          const said = typeof body === 'string' ? { text: body } : isObject(body) ? body : {}
          // What was typed is shown to all only then.
          if (said.response_type === 'in_channel')
            newMessage(world, channel, {
              user: who.id,
              subtype: 'slash_command',
              text: `${command} ${text}`.trim(),
            })
          if (said.text !== undefined || said.blocks !== undefined)
            respond(world, who.team, channel, who.id, said, null)
        },
      )
    },
    shortcut(handle, callbackId) {
      const message = stateOf(world, handle)
      const channel = channelOf(world, handle.channel)
      return start('interactive', channel, null, ({ trigger, responseUrl }) => ({
        type: 'message_action',
        ...common(),
        ...place(channel),
        callback_id: callbackId,
        action_ts: world.ts({ lastTs: 0 }),
        message_ts: message.ts,
        message: renderMessage(world, message),
        trigger_id: trigger,
        response_url: responseUrl,
      }))
    },
    globalShortcut: (callbackId) =>
      start('interactive', null, null, ({ trigger }) => ({
        type: 'shortcut',
        ...common(),
        callback_id: callbackId,
        action_ts: world.ts({ lastTs: 0 }),
        trigger_id: trigger,
      })),
    presses: (on, button) =>
      actions(on, (element) => {
        const label = isObject(element.text) ? element.text.text : undefined
        if (label !== button && element.action_id !== button) return null
        return { text: element.text, ...(element.value === undefined ? {} : { value: element.value }) }
      }),
    feedback: (message, which) =>
      actions(message, (element) => {
        if (element.type !== 'feedback_buttons') return null
        const button = (which === 'up' ? element.positive_button : element.negative_button) as Json
        return { text: button.text, value: button.value }
      }),
  }
}
