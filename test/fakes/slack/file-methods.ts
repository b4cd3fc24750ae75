import { said } from './events.ts'
import { typeByName } from './fake-files.ts'
import { channelFor, rootIn, writableFor } from './finding.ts'
import { type Call, list, type Method, Refusal, text, textOr } from './method.ts'
import { explained } from './refusal.ts'
import { readable } from './rendering.ts'
import { renderWholeFile } from './rendering-places.ts'
import type { FileState, Json, TeamState } from './states.ts'
import { newMessage, type World } from './world.ts'

/** files.*: uploads in three steps, and what is known of a file. */
export function fileMethods(world: World): Method[] {
  function fileFor(team: TeamState, id: string): FileState {
    const file = world.files.get(id)
    if (file === undefined) throw new Refusal('file_not_found')
    const here = file.team === team.id || [...file.channels].some((one) => sees(team, one))
    if (!here) throw new Refusal('file_not_found')
    return file
  }

  function sees(team: TeamState, channel: string): boolean {
    try {
      return channelFor(world, team, channel).member
    } catch {
      return false
    }
  }

  function begin({ team, args }: Call): Json {
    const name = text(args, 'filename')
    const length = args.length
    if (typeof length !== 'number' || length <= 0)
      throw explained('invalid_arguments', 'missing required field: length')
    if (length > world.limits.fileBytes) throw new Refusal('file_upload_size_restricted')
    const alt = textOr(args, 'alt_txt') ?? textOr(args, 'alt_text')
    if (alt !== null && alt.length > 1_000) throw new Refusal('alt_txt_too_large')
    const id = world.id('F')
    world.uploads.set(id, { id, name, length, team: team.id, alt, bytes: null })
    return { upload_url: `${world.origin}/upload/v1/${id}`, file_id: id }
  }

  function complete({ team, args }: Call): Json {
    const wanted = list(args, 'files')
    if (wanted === null || wanted.length === 0)
      throw explained('invalid_arguments', 'missing required field: files')
    const channelId = textOr(args, 'channel_id') ?? textOr(args, 'channels')
    const channel = channelId === null ? null : writableFor(world, team, channelId)
    const asked = textOr(args, 'thread_ts')
    const thread = asked === null || channel === null ? null : rootIn(channel, asked, 'invalid_thread_ts').ts
    const uploads = wanted.map((one) => {
      const upload = world.uploads.get(String(one.id))
      if (upload === undefined || upload.team !== team.id || upload.bytes === null)
        throw new Refusal('file_not_found')
      return {
        ...upload,
        bytes: upload.bytes,
        title: typeof one.title === 'string' ? one.title : upload.name,
      }
    })
    const files = uploads.map((one): FileState => {
      world.uploads.delete(one.id)
      const file: FileState = {
        id: one.id,
        name: one.name,
        type: typeByName(one.name),
        bytes: one.bytes,
        team: team.id,
        user: team.bot.user,
        createdAt: world.now(),
        subtype: null,
        transcript: null,
        durationMs: null,
        alt: one.alt,
        checkInfo: false,
        channels: new Set(channel === null ? [] : [channel.id]),
        title: one.title,
      }
      world.files.set(file.id, file)
      return file
    })
    if (channel !== null) {
      const words = textOr(args, 'initial_comment') ?? ''
      const message = newMessage(world, channel, {
        user: team.bot.user,
        thread,
        files,
        text: words,
        subtype: 'file_share',
      })
      message.history.push({ at: message.at, text: readable(message) })
      said(world, message)
    }
    return { files: files.map((file) => ({ id: file.id, title: file.title })) }
  }

  return [
    {
      name: 'files.info',
      token: 'bot',
      scopes: ['files:read'],
      tier: 'tier4',
      args: { file: 'text', count: 'number', cursor: 'text', limit: 'number', page: 'number' },
      handle: ({ team, args }) => ({
        file: renderWholeFile(world, fileFor(team, text(args, 'file'))),
        comments: [],
      }),
    },
    {
      name: 'files.getUploadURLExternal',
      token: 'bot',
      scopes: ['files:write'],
      tier: 'tier4',
      args: { filename: 'text', length: 'number', alt_txt: 'text', alt_text: 'text', snippet_type: 'text' },
      handle: begin,
    },
    {
      name: 'files.completeUploadExternal',
      token: 'bot',
      scopes: ['files:write'],
      tier: 'tier4',
      args: {
        files: 'json',
        channel_id: 'text',
        channels: 'text',
        initial_comment: 'text',
        thread_ts: 'text',
        blocks: 'json',
      },
      handle: complete,
    },
    {
      name: 'files.delete',
      token: 'bot',
      scopes: ['files:write'],
      tier: 'tier3',
      args: { file: 'text' },
      handle({ team, args }) {
        const file = fileFor(team, text(args, 'file'))
        if (file.user !== team.bot.user) throw new Refusal('cant_delete_file')
        world.files.delete(file.id)
        for (const channel of world.channels.values())
          for (const message of channel.messages.values())
            if (message.files.includes(file)) {
              message.files = message.files.filter((one) => one !== file)
              // Nothing is left of a message that was nothing else.
              if (message.files.length === 0 && readable(message) === '') channel.messages.delete(message.ts)
            }
        return {}
      },
    },
  ]
}
