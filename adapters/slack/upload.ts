import type { Place } from '../../src/ports/event.ts'
import { createFileCall } from './file-call.ts'
import { createFileRefusals, type Unshared } from './file-refusals.ts'
import { isSlacks } from './links.ts'
import { isRefused } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import { isSharedIn } from './shares.ts'
import { sendBytes } from './upload-bytes.ts'
import { createUploadStages } from './upload-stages.ts'

/** A file as it is put there. */
export interface Upload {
  readonly name: string
  /** Read while it is sent; how long it is has to be known before. */
  readonly body: Blob
  /** The same for the same content. */
  readonly content: string
  /** What a picture shows, for those who can't see it. */
  readonly alt?: string
  /** One file for its key: whatever was shared for it stands. Absent = another content is another file. */
  readonly once?: true
}

/** Puts the files of answers into their threads. */
export interface Uploads {
  /** Whether this workspace takes files, as far as is known. */
  takes(team: string): boolean
  /**
   * Shares the file once for `key`, however often it is asked to, also after a restart. Gives its id; or why the message
   * has to wait. Three calls, which few answers need.
   */
  share(
    place: Place,
    to: { readonly channel: string; readonly thread: string | null },
    upload: Upload,
    key: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'shared'; readonly file: string } | Unshared>
  /** The file that was shared for `key`; null: certainly none was. Rejects where Slack does not say now. */
  shared(place: Place, channel: string, key: string, signal: AbortSignal): Promise<string | null>
}

/** Characters (Slack's documents, "files.getUploadURLExternal"). */
const LONGEST_ALT = 1_000

export function createUploads({
  wire,
  intake,
  apiUrl,
  store,
  clock,
  log,
}: Pick<Outgoing, 'wire' | 'intake' | 'apiUrl' | 'store' | 'clock' | 'log'>): Uploads {
  const stages = createUploadStages(store)
  const call = createFileCall({ wire, intake })
  const { refusalOf, failed } = createFileRefusals({ clock, log })

  /** Whether Slack says that the file stands in the channel. */
  async function lookUp(team: string, file: string, channel: string, signal: AbortSignal) {
    const reply = await call<unknown>({ team, method: 'files.info', args: { file, limit: 1 } }, signal)
    if (reply.kind === 'done') return isSharedIn(reply.body, channel)
    // Not there, or not to be asked for: it was not shared as far as anybody can tell.
    return reply.kind === 'refused' ? false : reply
  }

  const takes = (team: string): boolean => refusalOf(team) === null

  async function share(
    { conversation: { workspace: team } }: Place,
    { channel, thread }: Parameters<Uploads['share']>[1],
    upload: Upload,
    own: string,
    signal: AbortSignal,
  ): ReturnType<Uploads['share']> {
    const key = keyOf(team, own)
    const known = await stages.of(key)
    const isSame = known?.content === upload.content
    const stage = isSame || upload.once ? known : null
    if (stage?.kind === 'shared') return { kind: 'shared', file: stage.file }
    const refusal = refusalOf(team)
    if (refusal !== null) return { kind: 'no_file', why: refusal }
    if (stage?.kind === 'sharing') {
      const found = await lookUp(team, stage.file, channel, signal)
      if (typeof found !== 'boolean') return failed(team, found)
      if (found) return settled(stage.file)
    }
    const file = stage && isSame ? stage.file : await put(team, upload, signal)
    if (typeof file !== 'string') return file
    const isInDoubt = stage?.kind === 'sharing' && isSame
    await stages.note(key, { kind: 'sharing', file, content: upload.content })
    const args = {
      files: [{ id: file, title: upload.name }],
      channel_id: channel,
      ...(thread === null ? {} : { thread_ts: thread }),
    }
    const reply = await call<unknown>({ team, method: 'files.completeUploadExternal', args }, signal)
    // Refused as a file that is shared: the first, whose answer was lost, had done it.
    if (reply.kind === 'done' || (isInDoubt && isRefused(reply, ...sharedBefore))) return settled(file)
    if (reply.kind === 'refused') await stages.forget(key)
    else if (reply.kind !== 'unknown' && !isInDoubt)
      await stages.note(key, { kind: 'filed', file, content: upload.content })
    return failed(team, reply)

    async function settled(file: string): Promise<{ kind: 'shared'; file: string }> {
      await stages.note(key, { kind: 'shared', file, content: upload.content })
      return { kind: 'shared', file }
    }
  }

  async function shared(
    { conversation: { workspace: team } }: Place,
    channel: string,
    own: string,
    signal: AbortSignal,
  ) {
    const stage = await stages.of(keyOf(team, own))
    if (stage === null || stage.kind === 'filed') return null
    if (stage.kind === 'shared') return stage.file
    const found = await lookUp(team, stage.file, channel, signal)
    if (typeof found === 'boolean') return found ? stage.file : null
    throw new Error('Slack did not say whether a file was shared', {
      cause: 'cause' in found ? found.cause : undefined,
    })
  }

  /** The file's id, once its bytes are at Slack. */
  async function put(
    team: string,
    { name, body, alt }: Upload,
    signal: AbortSignal,
  ): Promise<string | Unshared> {
    const args = {
      filename: name,
      length: body.size,
      ...(alt !== undefined && { alt_txt: alt.slice(0, LONGEST_ALT).toWellFormed() }),
    }
    const reply = await call<{ upload_url?: unknown; file_id?: unknown }>(
      { team, method: 'files.getUploadURLExternal', args },
      signal,
    )
    if (reply.kind !== 'done') return failed(team, reply)
    const { upload_url: url, file_id: id } = reply.body
    if (typeof url !== 'string' || typeof id !== 'string' || !isSlacks(url, apiUrl))
      return { kind: 'not_sent', cause: new Error('Slack named no place of its own for the file') }
    const sent = await sendBytes(url, body, clock, signal)
    // A file that was not shared is seen by nobody.
    return sent === true ? id : { kind: 'not_sent', cause: sent }
  }

  return { takes, share, shared }
}

const keyOf = (team: string, own: string): string => `${team} ${own}`

/** What Slack says of a file that was shared already, or whose upload is over. */
const sharedBefore = ['file_already_shared', 'file_not_found']
