import { checkBlocks } from './block-rules.ts'
import { metadataOf } from './chat-methods.ts'
import { changed, said } from './events.ts'
import { personFor, rootIn, writableFor } from './finding.ts'
import { type Arguments, type Call, isObject, list, type Method, Refusal, text, textOr } from './method.ts'
import { explained } from './refusal.ts'
import { readable, renderMessage } from './rendering.ts'
import type { Json, MessageState, StreamState } from './states.ts'
import { newMessage, type World } from './world.ts'

interface Added {
  readonly text: string
  readonly tasks: readonly Json[]
  readonly plan: string | null
  readonly blocks: readonly Json[]
}

const STATUSES = ['pending', 'in_progress', 'complete', 'error']

/** What a call adds: `markdown_text` or `chunks`, not both. */
function addedBy(world: World, args: Arguments): Added {
  const { limits } = world
  const markdown = textOr(args, 'markdown_text')
  const chunks = list(args, 'chunks')
  if (markdown !== null && chunks !== null)
    throw explained('invalid_arguments', 'markdown_text and chunks exclude each other')
  const texts: string[] = markdown === null ? [] : [markdown]
  const tasks: Json[] = []
  const blocks: Json[] = []
  let plan: string | null = null
  for (const [index, chunk] of (chunks ?? []).entries()) {
    const wrong = (what: string) => explained('invalid_chunks', `${what} [json-pointer:/chunks/${index}]`)
    const only = (...fields: string[]) => {
      for (const key of Object.keys(chunk))
        if (key !== 'type' && !fields.includes(key)) throw wrong(`no such field: ${key}`)
    }
    if (chunk.type === 'markdown_text') {
      only('text')
      if (typeof chunk.text !== 'string' || chunk.text === '')
        throw wrong('text must be more than 0 characters')
      texts.push(chunk.text)
    } else if (chunk.type === 'task_update') {
      only('id', 'title', 'status', 'details', 'output', 'sources')
      if (typeof chunk.id !== 'string' || typeof chunk.title !== 'string' || chunk.title === '')
        throw wrong('id and title are needed')
      if (!STATUSES.includes(String(chunk.status))) throw wrong('unknown status')
      for (const name of ['title', 'details', 'output'])
        if (chunk[name] !== undefined && (typeof chunk[name] !== 'string' || chunk[name].length > 256))
          throw wrong(`${name} is longer than 256 characters`)
      if (
        chunk.sources !== undefined &&
        !(
          Array.isArray(chunk.sources) &&
          chunk.sources.every((one) => isObject(one) && typeof one.url === 'string')
        )
      )
        throw wrong('sources must have urls')
      tasks.push(chunk)
    } else if (chunk.type === 'plan_update') {
      only('title')
      if (typeof chunk.title !== 'string') throw wrong('title is needed')
      plan = chunk.title
    } else if (chunk.type === 'blocks') {
      only('blocks')
      blocks.push(...checkBlocks(chunk.blocks, 'message', limits))
    } else throw wrong(`unsupported type: ${String(chunk.type)}`)
  }
  const joined = texts.join('')
  if (joined.length > limits.markdown) throw new Refusal('msg_too_long')
  return { text: joined, tasks, plan, blocks }
}

/** chat.startStream, appendStream and stopStream. */
export function streamMethods(world: World): Method[] {
  function start({ team, args }: Call): Json {
    const channel = writableFor(world, team, text(args, 'channel'))
    const root = rootIn(channel, text(args, 'thread_ts'), 'invalid_thread_ts')
    const recipient = textOr(args, 'recipient_user_id')
    if (channel.kind !== 'im') {
      if (recipient === null) throw new Refusal('missing_recipient_user_id')
      if (textOr(args, 'recipient_team_id') === null) throw new Refusal('missing_recipient_team_id')
    }
    if (recipient !== null) personFor(world, recipient)
    const display = textOr(args, 'task_display_mode')
    if (display !== null && display !== 'timeline' && display !== 'plan' && display !== 'dense')
      throw new Refusal('invalid_task_display_mode')
    const added = addedBy(world, args)
    const stream: StreamState = {
      startedAt: world.now(),
      recipient,
      first: added.text,
      text: '',
      tasks: new Map(),
      plan: null,
      blocks: [],
      done: false,
      calls: 0,
    }
    add(stream, added)
    const message = newMessage(world, channel, { user: team.bot.user, thread: root.ts, stream })
    message.history.push({ at: message.at, text: readable(message) })
    said(world, message)
    return { channel: channel.id, ts: message.ts }
  }

  function living({ team, args }: Call): { message: MessageState; stream: StreamState } {
    const channel = writableFor(world, team, text(args, 'channel'))
    const message = channel.messages.get(text(args, 'ts'))
    if (message === undefined) throw new Refusal('message_not_found')
    if (message.user !== team.bot.user) throw new Refusal('message_not_owned_by_app')
    const { stream } = message
    if (stream !== null && !stream.done && world.now() >= stream.startedAt + world.limits.streamMs)
      stream.done = true
    if (stream === null || stream.done) throw new Refusal('message_not_in_streaming_state')
    return { message, stream }
  }

  function add(stream: StreamState, added: Added): void {
    const together = stream.text + added.text
    if (Buffer.byteLength(together) > world.limits.streamBytes) throw new Refusal('msg_too_long')
    stream.text = together
    for (const task of added.tasks) stream.tasks.set(String(task.id), task)
    stream.plan = added.plan ?? stream.plan
    stream.blocks = [...stream.blocks, ...added.blocks]
    stream.calls++
  }

  function append(call: Call): Json {
    const { message, stream } = living(call)
    const added = addedBy(world, call.args)
    if (call.args.markdown_text === undefined && call.args.chunks === undefined) throw new Refusal('no_text')
    add(stream, added)
    message.history.push({ at: world.now(), text: readable(message) })
    return { channel: message.channel, ts: message.ts }
  }

  function stop(call: Call): Json {
    const { message, stream } = living(call)
    const added = addedBy(world, call.args)
    const blocks =
      call.args.blocks === undefined ? [] : checkBlocks(call.args.blocks, 'message', world.limits)
    const metadata = metadataOf(call.args)
    const before = renderMessage(world, message)
    add(stream, added)
    stream.done = true
    message.blocks = blocks
    message.metadata = metadata
    message.history.push({ at: world.now(), text: readable(message) })
    changed(world, message, before)
    return { channel: message.channel, ts: message.ts, message: renderMessage(world, message) }
  }

  const common = { token: 'bot', scopes: ['chat:write'] } as const
  const words = { channel: 'text', markdown_text: 'text', chunks: 'json' } as const
  return [
    {
      ...common,
      name: 'chat.startStream',
      tier: 'tier2',
      args: {
        ...words,
        thread_ts: 'text',
        recipient_user_id: 'text',
        recipient_team_id: 'text',
        task_display_mode: 'text',
        session_status: 'text',
      },
      handle: start,
    },
    { ...common, name: 'chat.appendStream', tier: 'tier4', args: { ...words, ts: 'text' }, handle: append },
    {
      ...common,
      name: 'chat.stopStream',
      tier: 'tier2',
      args: { ...words, ts: 'text', blocks: 'json', metadata: 'json', session_status: 'text' },
      handle: stop,
    },
  ]
}
