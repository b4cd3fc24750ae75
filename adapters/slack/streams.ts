import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome, Reported } from '../../src/ports/outcome.ts'
import type { Part } from '../../src/ports/platform.ts'
import { controlBlocks } from './blocks.ts'
import { begun, closedChunk, completed, taskTitle, textChunk } from './chunks.ts'
import { settledLength } from './harmless.ts'
import { isOnlyThisWay, outcomeOf, reportOf } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import { createStreamNotes, type Stream, type Task } from './stream-notes.ts'
import { isNoMore, isOver } from './stream-refusals.ts'
import { readVia } from './via.ts'
import type { Reply } from './wire.ts'

export type StreamCall = 'chat.appendStream' | 'chat.stopStream'

/** The messages that grow by Slack's own streaming now. */
export interface Streams {
  /** Begins a message: one call. */
  start(place: Place, channel: string, thread: string, part: Part, signal: AbortSignal): Promise<Outcome>
  /** Adds to a message, or ends it; null where no stream is known. At most one call. */
  edit(place: Place, at: MessageRef, part: Part, signal: AbortSignal): Promise<Outcome | null>
  /** What the next edit will be; null: no stream is known. */
  next(place: Place, at: MessageRef, call: 'edit' | 'finish'): StreamCall | null
  /** Slack says that a stream is alive of which nothing is known here, after a restart: the next edit stops it. */
  adopt(place: Place, at: MessageRef): void
  /** The message was removed. */
  forget(place: Place, at: MessageRef): void
  /** Shows in the conversation's stream what is being done; null where none is alive. */
  showTask(place: Place, title: string | null, signal: AbortSignal): Promise<Reported> | null
  isAlive(place: Place): boolean
  /** Whether something is shown there as being done. */
  hasTask(place: Place): boolean
}

export function createStreams({ wire, ways }: Pick<Outgoing, 'wire' | 'ways'>): Streams {
  const notes = createStreamNotes()

  async function start(
    place: Place,
    channel: string,
    thread: string,
    part: Part,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const stays = part.stays ?? part.markdown
    const settled = stays.slice(0, settledLength(stays))
    // Slack begins no stream without text: one that may become a mention goes out so that it can't.
    const text = settled === '' ? stays.replace(/[\uD800-\uDBFF]$/, '') : settled
    const chunks = [settled === '' ? closedChunk(text) : textChunk(text)]
    const via = readVia(place)
    const reply = await wire.call<{ channel?: unknown; ts?: unknown }>(
      {
        team: place.conversation.workspace,
        method: 'chat.startStream',
        args: {
          channel,
          thread_ts: thread,
          ...(via === null
            ? {}
            : {
                recipient_user_id: via.user,
                recipient_team_id: via.userTeam ?? place.conversation.workspace,
              }),
          chunks,
        },
      },
      signal,
    )
    if (isOnlyThisWay(reply)) {
      ways.unstreamable(place)
      const cause = new Error('Slack takes no stream here: the message grows by edits')
      return { kind: 'not_sent', cause }
    }
    const outcome = outcomeOf(reply, ({ ts }) => (typeof ts === 'string' ? { channel, id: ts } : null))
    if (outcome.kind === 'sent')
      notes.set({ place, at: outcome.ref, text, isDoubtful: false, task: null, tasks: 0 })
    return outcome
  }

  async function edit(
    place: Place,
    at: MessageRef,
    part: Part,
    signal: AbortSignal,
  ): Promise<Outcome | null> {
    const stream = notes.get(place, at)
    if (!stream) return null
    const isWriting = part.state === 'writing'
    const wanted = isWriting ? (part.stays ?? part.markdown) : part.markdown
    if (stream.isDoubtful || part.file || !wanted.startsWith(stream.text)) return abandon(stream, signal)
    const end = isWriting ? Math.max(stream.text.length, settledLength(wanted)) : wanted.length
    const rest = wanted.slice(stream.text.length, end)
    if (!isWriting) return finish(stream, place, rest, part, signal)
    if (rest === '') return { kind: 'sent', ref: at }
    return append(stream, rest, signal)
  }

  async function append(stream: Stream, rest: string, signal: AbortSignal): Promise<Outcome> {
    const chunks = [...completed(stream.task), textChunk(rest)]
    const reply = await call(stream, 'chat.appendStream', { chunks }, signal)
    if (reply.kind === 'done') {
      stream.text += rest
      stream.task = null
    }
    return after(stream, reply, rest)
  }

  async function finish(
    stream: Stream,
    place: Place,
    rest: string,
    part: Part,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const chunks = [...completed(stream.task), ...(rest === '' ? [] : [textChunk(rest)])]
    const blocks = controlBlocks(part.controls, place.conversation)
    const args = { ...(chunks.length > 0 ? { chunks } : {}), ...(blocks.length > 0 ? { blocks } : {}) }
    const reply = await call(stream, 'chat.stopStream', args, signal)
    if (reply.kind === 'done') notes.delete(place, stream.at)
    return after(stream, reply, rest)
  }

  /** Ends the stream as it stands, so that the message can be edited. */
  async function abandon(stream: Stream, signal: AbortSignal): Promise<Outcome> {
    const reply = await call(stream, 'chat.stopStream', {}, signal)
    // Where even that is not taken, the edit that follows shows whether the message can be changed.
    if (reply.kind !== 'done' && !isOver(reply) && !isOnlyThisWay(reply)) return after(stream, reply, '')
    notes.delete(stream.place, stream.at)
    return { kind: 'other_way' }
  }

  /** `rest`: what was to be added. */
  function after(stream: Stream, reply: Reply<unknown>, rest: string): Outcome {
    const { at } = stream
    if (isOver(reply)) {
      notes.delete(stream.place, at)
      return { kind: 'other_way' }
    }
    if (reply.kind === 'unknown') stream.isDoubtful = true
    if (isNoMore(reply, stream.text + rest)) {
      // It is stopped as it stands, and then edited.
      stream.isDoubtful = true
      ways.unstreamable(stream.place)
      return { kind: 'other_way' }
    }
    const outcome = outcomeOf(reply, () => at)
    if (outcome.kind === 'gone') notes.delete(stream.place, at)
    return outcome
  }

  const call = (
    { place, at }: Stream,
    method: StreamCall,
    more: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Reply<unknown>> =>
    wire.call<unknown>(
      {
        team: place.conversation.workspace,
        method,
        args: { channel: at.channel, ts: at.id, ...more },
      },
      signal,
    )

  async function update(stream: Stream, title: string | null, signal: AbortSignal): Promise<Reported> {
    const task: Task | null =
      title === null ? null : { id: `task-${stream.tasks + 1}`, title: taskTitle(title) }
    if (task?.title === stream.task?.title) return { kind: 'done' }
    const before = stream.task
    // What is appended meanwhile completes this task, not the one before.
    stream.task = task
    if (task) stream.tasks += 1
    const chunks = [...completed(before), ...begun(task)]
    const reply = await call(stream, 'chat.appendStream', { chunks }, signal)
    if (isOver(reply)) notes.delete(stream.place, stream.at)
    return reportOf(reply)
  }

  return {
    start,
    edit,
    forget: notes.delete,
    next(place, at, kind) {
      const stream = notes.get(place, at)
      if (!stream) return null
      return stream.isDoubtful || kind === 'finish' ? 'chat.stopStream' : 'chat.appendStream'
    },
    adopt: (place, at) => notes.set({ place, at, text: '', isDoubtful: true, task: null, tasks: 0 }),
    showTask(place, title, signal) {
      const stream = notes.in(place)
      return stream && !stream.isDoubtful ? update(stream, title, signal) : null
    },
    isAlive: (place) => notes.in(place)?.isDoubtful === false,
    hasTask: (place) => notes.in(place)?.task != null,
  }
}
