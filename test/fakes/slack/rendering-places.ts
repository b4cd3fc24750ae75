import type { ChannelState, FileState, Json, UserState } from './states.ts'
import { teamOf, userOf, type World } from './world.ts'

/** A file as messages name it. */
export function renderFile(world: World, file: FileState): Json {
  const base = `${world.origin}/files-pri/${file.team}-${file.id}`
  if (file.checkInfo)
    return {
      id: file.id,
      created: Math.floor(file.createdAt / 1000),
      mode: 'file_access',
      file_access: 'check_file_info',
    }
  return wholeFile(file, base)
}

/** As files.info gives it, with the messages that it stands in. */
export const renderWholeFile = (world: World, file: FileState): Json => ({
  ...wholeFile(file, `${world.origin}/files-pri/${file.team}-${file.id}`),
  shares: sharesOf(world, file),
})

function sharesOf(world: World, file: FileState): Json {
  const shares: { public: Record<string, Json[]>; private: Record<string, Json[]> } = {
    public: {},
    private: {},
  }
  for (const channel of world.channels.values())
    for (const { files, ts, thread } of channel.messages.values()) {
      if (!files.includes(file)) continue
      const kind = channel.kind === 'channel' ? shares.public : shares.private
      const share = { ts, channel_name: channel.name, ...(thread === null ? {} : { thread_ts: thread }) }
      kind[channel.id] = [...(kind[channel.id] ?? []), share]
    }
  return shares
}

const wholeFile = (file: FileState, base: string): Json => ({
  id: file.id,
  created: Math.floor(file.createdAt / 1000),
  name: file.name,
  title: file.title,
  mimetype: file.type,
  filetype: file.name.split('.').at(-1) ?? 'binary',
  user: file.user,
  user_team: file.team,
  size: file.bytes.length,
  mode: 'hosted',
  is_external: false,
  is_public: false,
  file_access: 'visible',
  ...(file.subtype === null ? {} : { subtype: file.subtype }),
  ...(file.durationMs === null ? {} : { duration_ms: file.durationMs }),
  ...(file.alt === null ? {} : { alt_txt: file.alt }),
  ...(file.transcript === null
    ? {}
    : {
        transcription: {
          ...(file.transcript === 'processing'
            ? { status: 'processing' }
            : {
                status: 'complete',
                locale: 'en-US',
                preview: { content: file.transcript.text, has_more: file.transcript.more },
              }),
        },
      }),
  url_private: `${base}/${encodeURIComponent(file.name)}`,
  url_private_download: `${base}/download/${encodeURIComponent(file.name)}`,
})

export const renderUser = (world: World, user: UserState, seenFrom: string): Json => ({
  id: user.id,
  team_id: user.team,
  name: user.name.toLowerCase().replaceAll(' ', '.'),
  real_name: user.name,
  deleted: false,
  is_bot: user.botId !== null,
  is_admin: user.admin,
  is_owner: false,
  is_primary_owner: false,
  is_restricted: user.guest,
  is_ultra_restricted: false,
  ...(user.team === seenFrom ? {} : { is_stranger: true }),
  profile: {
    real_name: user.name,
    display_name: user.name,
    team: user.team,
    ...(user.botId === null ? {} : { bot_id: user.botId }),
  },
  ...(teamOf(world, user.team).enterprise === null
    ? {}
    : {
        enterprise_user: {
          id: user.id,
          enterprise_id: teamOf(world, user.team).enterprise,
          teams: [user.team],
        },
      }),
})

export const renderChannel = (world: World, channel: ChannelState): Json => ({
  id: channel.id,
  ...(channel.kind === 'im' ? { user: channel.user } : { name: channel.name, name_normalized: channel.name }),
  created: Math.floor(channel.createdAt / 1000),
  is_channel: channel.kind === 'channel',
  is_group: channel.kind === 'group',
  is_im: channel.kind === 'im',
  is_mpim: channel.kind === 'mpim',
  is_private: channel.kind !== 'channel',
  is_archived: channel.archived,
  is_member: channel.member,
  is_shared: channel.shared.length > 0,
  is_ext_shared: channel.shared.length > 0,
  context_team_id: channel.team,
  shared_team_ids: [channel.team, ...channel.shared],
  ...(channel.kind === 'im' ? { user_name: userOf(world, channel.user ?? '').name } : {}),
})
