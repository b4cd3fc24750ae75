import type {
  APIEmbed,
  APIMessage,
  APIRole,
  APIStickerItem,
  APIUser,
  MessageType,
} from 'discord-api-types/v10'
import type { Pings } from './ledger.ts'

/** What a channel may deny the bot. */
export type Permission =
  | 'view'
  | 'send'
  | 'sendInThreads'
  | 'createThreads'
  | 'history'
  | 'attach'
  | 'sendVoice'
  | 'manageMessages'

export interface GuildState {
  readonly id: string
  readonly name: string
  /** Is the bot a member? Otherwise it meets the guild only through people who installed it for themselves. */
  readonly installed: boolean
  readonly roles: Map<string, APIRole>
  readonly moderators: string
  readonly channels: Set<string>
  /** Its server fails: a session that begins hears nothing of it. */
  away: boolean
}

export interface ChannelState {
  readonly id: string
  readonly type: number
  readonly guildId: string | null
  readonly parentId: string | null
  readonly ownerId: string | null
  readonly recipients: readonly string[]
  readonly denied: Set<Permission>
  readonly messages: Map<string, MessageState>
  readonly createdAt: number
  name: string
  topic: string | null
  lastMessageId: string | null
  archived: boolean
  locked: boolean
}

export interface AttachmentState {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
  readonly channelId: string
  readonly description: string | null
  readonly size: { readonly width: number; readonly height: number } | null
  readonly voice: { readonly seconds: number; readonly waveform: string } | null
}

export interface MessageState {
  readonly id: string
  readonly channelId: string
  readonly authorId: string
  readonly webhook: { readonly id: string; readonly name: string } | null
  readonly type: MessageType
  readonly createdAt: number
  readonly reference: { type: number; messageId: string | null; channelId: string } | null
  readonly snapshots: APIMessage['message_snapshots']
  readonly stickers: readonly APIStickerItem[]
  readonly nonce: string | number | null
  readonly interaction: { readonly id: string; readonly type: number; readonly userId: string } | null
  /** Whom an ephemeral message is for. */
  readonly visibleTo: string | null
  content: string
  editedAt: number | null
  attachments: AttachmentState[]
  embeds: readonly APIEmbed[]
  components: unknown[]
  flags: number
  pings: Pings
  mentions: { everyone: boolean; users: readonly string[]; roles: readonly string[] }
  threadId: string | null
  edits: number
  /** Every text it had, with its time. */
  readonly history: { readonly at: number; readonly content: string }[]
  readonly reactions: Map<string, Set<string>>
}

export interface PersonState {
  readonly user: APIUser
  readonly nick: string | null
  readonly roles: readonly string[]
  readonly moderator: boolean
  readonly joinedAt: string
}

export interface InteractionState {
  readonly id: string
  readonly token: string
  readonly type: number
  readonly personId: string
  readonly channelId: string
  readonly installed: 'guild' | 'user'
  readonly createdAt: number
  /** The message whose button was pressed. */
  readonly sourceId: string | null
  acknowledgedAt: number | null
  callback: number | null
  ephemeral: boolean
  originalId: string | null
  followUps: number
  modal: unknown
  choices: readonly unknown[] | null
}
