import { channelFor, rootIn } from './finding.ts'
import { type Call, isObject, type Method, Refusal, text, textOr } from './method.ts'
import { explained } from './refusal.ts'
import type { ChannelState, Json } from './states.ts'
import type { World } from './world.ts'

/** assistant.threads.*: the status that is shown while the app thinks, the title of a thread, and suggestions. */
export function assistantMethods(world: World): Method[] {
  function channelIn({ team, args }: Call): ChannelState {
    const channel = channelFor(world, team, text(args, 'channel_id'))
    if (!channel.member) throw new Refusal('not_in_channel')
    return channel
  }

  function setStatus(call: Call): Json {
    const channel = channelIn(call)
    const thread = rootIn(channel, text(call.args, 'thread_ts'), 'invalid_thread_ts').ts
    const status = call.args.status
    if (typeof status !== 'string') throw explained('invalid_arguments', 'missing required field: status')
    const loading = call.args.loading_messages ?? []
    if (!Array.isArray(loading) || loading.length > 10 || !loading.every((one) => typeof one === 'string'))
      throw explained('invalid_arguments', 'no more than 10 loading_messages')
    if (status === '') channel.statuses.delete(thread)
    else channel.statuses.set(thread, { text: status, loading, at: world.now() })
    return {}
  }

  function setTitle(call: Call): Json {
    const channel = channelIn(call)
    if (channel.kind !== 'im') throw new Refusal('invalid_thread_ts')
    channel.titles.set(
      rootIn(channel, text(call.args, 'thread_ts'), 'invalid_thread_ts').ts,
      text(call.args, 'title'),
    )
    return {}
  }

  function setSuggestedPrompts(call: Call): Json {
    const channel = channelIn(call)
    if (channel.kind !== 'im') throw new Refusal('channel_not_found')
    const prompts = call.args.prompts
    if (!Array.isArray(prompts) || prompts.length > 4)
      throw explained('invalid_arguments', 'no more than 4 prompts')
    for (const prompt of prompts)
      if (
        !isObject(prompt) ||
        typeof prompt.title !== 'string' ||
        typeof prompt.message !== 'string' ||
        Object.keys(prompt).length !== 2
      )
        throw explained('invalid_arguments', 'a prompt has title and message')
    const asked = textOr(call.args, 'thread_ts')
    const thread = asked === null ? '' : rootIn(channel, asked, 'invalid_thread_ts').ts
    channel.prompts.set(thread, {
      title: textOr(call.args, 'title'),
      prompts: prompts as { title: string; message: string }[],
    })
    return {}
  }

  const common = { token: 'bot' } as const
  return [
    {
      ...common,
      name: 'assistant.threads.setStatus',
      scopes: ['chat:write', 'assistant:write'],
      tier: 'tier4',
      args: {
        channel_id: 'text',
        thread_ts: 'text',
        status: 'text',
        loading_messages: 'json',
        icon_emoji: 'text',
        icon_url: 'text',
      },
      handle: setStatus,
    },
    {
      ...common,
      name: 'assistant.threads.setTitle',
      scopes: ['assistant:write'],
      tier: 'tier4',
      args: { channel_id: 'text', thread_ts: 'text', title: 'text' },
      handle: setTitle,
    },
    {
      ...common,
      name: 'assistant.threads.setSuggestedPrompts',
      scopes: ['assistant:write'],
      tier: 'tier4',
      args: { channel_id: 'text', thread_ts: 'text', title: 'text', prompts: 'json' },
      handle: setSuggestedPrompts,
    },
  ]
}
