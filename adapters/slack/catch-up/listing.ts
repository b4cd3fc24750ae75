import type { Logger } from 'pino'
import type { Installation } from '../installations/installation.ts'
import type { Got, PacedCall } from '../paced-call.ts'
import type { Channel } from './happenings.ts'
import { readPages } from './pages.ts'

interface Conversation {
  readonly id?: string
  readonly is_im?: boolean
  readonly is_mpim?: boolean
  readonly is_private?: boolean
  readonly is_ext_shared?: boolean
}

/** Slack recommends no more a page. */
const pageSize = 200
const mostPages = 20
/** Of an organisation. */
const mostTeams = 100

/** The scopes by what they let be listed (Slack's documents, `users.conversations`). */
const scopes: Readonly<Record<string, string>> = {
  public_channel: 'channels:read',
  private_channel: 'groups:read',
  mpim: 'mpim:read',
  im: 'im:read',
}

/** The channels and direct messages that Parley is in. What it may not list is left out, with a word in the log. */
export async function listChannels(
  installation: Installation,
  parts: { readonly call: PacedCall; readonly log: Logger; readonly signal: AbortSignal },
): Promise<Got<readonly Channel[]>> {
  const { call, log, signal } = parts
  const { team } = installation

  const list = (types: readonly string[], of: string | null): Promise<Got<readonly Channel[]>> =>
    readPages<Conversation, { channels?: readonly Conversation[] }>(
      call,
      {
        team,
        method: 'users.conversations',
        args: {
          types: types.join(','),
          exclude_archived: true,
          limit: pageSize,
          ...(of !== null && { team_id: of }),
        },
      },
      { itemsOf: ({ channels }) => channels, mostPages },
      signal,
    ).then((got) => (got.kind === 'done' ? { kind: 'done', body: got.body.items.flatMap(channelOf) } : got))

  async function listAll(of: string | null): Promise<Got<readonly Channel[]>> {
    const all = await list(Object.keys(scopes), of)
    if (all.kind === 'done' || all.error !== 'missing_scope') return all
    const found: Channel[] = []
    for (const [type, scope] of Object.entries(scopes)) {
      const some = await list([type], of)
      if (some.kind === 'done') found.push(...some.body)
      else if (some.passing) return some
      else
        log.warn({ team, error: some.error }, `Parley can’t list where it is (${type}): ${scope} is missing`)
    }
    return { kind: 'done', body: found }
  }

  async function teams(): Promise<Got<readonly (string | null)[]>> {
    if (installation.team !== installation.enterprise) return { kind: 'done', body: [null] }
    const got = await readPages<{ id?: string }, { teams?: readonly { id?: string }[] }>(
      call,
      { team, method: 'auth.teams.list', args: { limit: mostTeams } },
      { itemsOf: (page) => page.teams, mostPages: 1 },
      signal,
    )
    return got.kind === 'done' ? { kind: 'done', body: got.body.items.flatMap(({ id }) => id ?? []) } : got
  }

  const workspaces = await teams()
  if (workspaces.kind === 'failed') return workspaces
  const found = new Map<string, Channel>()
  for (const of of workspaces.body) {
    const got = await listAll(of)
    if (got.kind === 'failed' && of !== null && got.error === 'team_access_not_granted') {
      log.warn({ team, workspace: of }, 'Parley can’t list where it is in a workspace of the organisation')
      continue
    }
    if (got.kind === 'failed') return got
    for (const channel of got.body) found.set(channel.id, channel)
  }
  return { kind: 'done', body: [...found.values()] }
}

function channelOf(conversation: Conversation): Channel[] {
  const { id, is_im, is_mpim, is_private, is_ext_shared } = conversation
  const kind = is_im ? 'im' : is_mpim ? 'mpim' : is_private ? 'group' : 'channel'
  return id ? [{ id, kind, shared: is_ext_shared === true }] : []
}
