export type Json = Readonly<Record<string, unknown>>

export interface TeamState {
  readonly id: string
  readonly name: string
  readonly domain: string
  readonly enterprise: string | null
  /** Installed for the whole Grid: its workspaces have one token and one bot. */
  readonly orgWide: boolean
  readonly bot: { readonly user: string; readonly bot: string }
  botToken: string
  readonly scopes: Set<string>
  installed: boolean
  readonly groups: Map<
    string,
    { readonly id: string; readonly handle: string; readonly users: readonly string[] }
  >
}

export interface UserState {
  readonly id: string
  readonly name: string
  /** Where they belong, which isn't where they speak in a shared channel. */
  readonly team: string
  readonly botId: string | null
  readonly guest: boolean
  readonly admin: boolean
}

export interface ChannelState {
  readonly id: string
  readonly kind: 'channel' | 'group' | 'im' | 'mpim'
  readonly team: string
  readonly name: string
  /** With whom, of an `im`. */
  readonly user: string | null
  /** Other teams that share it by Slack Connect. */
  readonly shared: readonly string[]
  readonly createdAt: number
  member: boolean
  archived: boolean
  readonly messages: Map<string, MessageState>
  lastTs: number
  /** By thread. */
  readonly statuses: Map<
    string,
    { readonly text: string; readonly loading: readonly string[]; readonly at: number }
  >
  readonly titles: Map<string, string>
  /** By thread; '' for those of the Messages tab itself. */
  readonly prompts: Map<
    string,
    { readonly title: string | null; readonly prompts: readonly { title: string; message: string }[] }
  >
}

export interface FileState {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
  readonly team: string
  readonly user: string
  readonly createdAt: number
  /** 'slack_audio' and the like. */
  readonly subtype: string | null
  /** Slack's own. `processing`: it is still being made. */
  readonly transcript: { readonly text: string; readonly more: boolean } | 'processing' | null
  /** Milliseconds, of a clip. */
  readonly durationMs: number | null
  /** What is read out to those who can't see it. */
  readonly alt: string | null
  /** Slack Connect: the event names it, files.info tells the rest. */
  readonly checkInfo: boolean
  readonly channels: Set<string>
  title: string
}

export interface UploadState {
  readonly id: string
  readonly name: string
  readonly length: number
  readonly team: string
  readonly alt: string | null
  bytes: Uint8Array | null
}

export interface StreamState {
  readonly startedAt: number
  readonly recipient: string | null
  /** What everybody else sees until the end. */
  readonly first: string
  text: string
  tasks: Map<string, Json>
  plan: string | null
  blocks: readonly Json[]
  done: boolean
  /** One entry a call that added something. */
  calls: number
}

export interface MessageState {
  readonly ts: string
  readonly channel: string
  /** Of a reply; null at the top level, also for a root. */
  readonly thread: string | null
  readonly user: string
  readonly botId: string | null
  readonly subtype: string | null
  readonly broadcast: boolean
  /** Whom an ephemeral message is for. */
  readonly visibleTo: string | null
  readonly at: number
  text: string
  markdown: string | null
  blocks: readonly Json[]
  attachments: readonly Json[]
  files: readonly FileState[]
  metadata: Json | null
  edited: { readonly user: string; readonly ts: string } | null
  edits: number
  stream: StreamState | null
  readonly reactions: Set<string>
  /** Every text it ever showed, and when. */
  readonly history: { readonly at: number; readonly text: string }[]
}

export interface ViewState {
  readonly id: string
  readonly team: string
  readonly user: string
  readonly kind: 'modal' | 'home'
  readonly root: string
  readonly previous: string | null
  hash: string
  view: Json
}

export interface TokenState {
  readonly kind: 'bot' | 'app'
  readonly team: string
  refused: 'token_revoked' | 'account_inactive' | 'token_expired' | 'invalid_auth' | null
  readonly expiresAt: number | null
}

/** A response_url. */
export interface HookState {
  readonly id: string
  readonly team: string
  readonly channel: string
  readonly user: string
  readonly createdAt: number
  /** The message that it stands for with `replace_original`. */
  readonly source: { readonly channel: string; readonly ts: string } | null
  readonly interaction: string
  uses: number
}
