import type { APIEmbed } from 'discord-api-types/v10'
import { attachmentsOf, checkVoice } from './attachments.ts'
import { checkComponents } from './component-rules.ts'
import { charactersOf, fieldsAt, listAt, onlyKnown, textAt } from './fields.ts'
import type { Pings, SentFile } from './ledger.ts'
import { pingsOf } from './pings.ts'
import { invalid, refusal } from './refusal.ts'
import type { AttachmentState } from './states.ts'
import type { World } from './world.ts'

export type BodyKind = 'send' | 'edit' | 'webhook' | 'webhook edit' | 'callback'

const COMMON = ['content', 'embeds', 'allowed_mentions', 'components', 'attachments', 'flags']
/** discord.js puts `tts` and `enforce_nonce` into every body; Discord passes over them. */
const TOLERATED = ['tts', 'nonce', 'enforce_nonce']
const KNOWN: Readonly<Record<BodyKind, readonly string[]>> = {
  send: [...COMMON, ...TOLERATED, 'message_reference', 'sticker_ids'],
  edit: [...COMMON, ...TOLERATED],
  webhook: [...COMMON, ...TOLERATED, 'username', 'avatar_url', 'thread_name'],
  'webhook edit': [...COMMON, ...TOLERATED],
  callback: [...COMMON, ...TOLERATED],
}
export const SUPPRESS_EMBEDS = 1 << 2
export const EPHEMERAL = 1 << 6
export const LOADING = 1 << 7
const SUPPRESS_NOTIFICATIONS = 1 << 12
export const VOICE = 1 << 13
const V2 = 1 << 15
const ON_SEND = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | VOICE | V2
/** Of webhooks, and so of follow-ups, Discord's documents know no voice messages. */
const BY_WEBHOOK = (ON_SEND & ~VOICE) | EPHEMERAL
const ON_EDIT = SUPPRESS_EMBEDS | V2

export interface MessageBody {
  /** Undefined: left out. */
  readonly content: string | undefined
  readonly embeds: readonly APIEmbed[] | undefined
  readonly components: unknown[] | undefined
  readonly flags: number | undefined
  readonly nonce: string | number | null
  readonly enforceNonce: boolean
  readonly reference: {
    readonly messageId: string
    readonly channelId: string | null
    readonly mustExist: boolean
  } | null
  /** Ids of attachments that an edit keeps; undefined: all. */
  readonly kept: readonly string[] | undefined
  readonly added: readonly AttachmentState[]
  pings(repliedTo: string | null): Pings
}

/** Checks a body for a message against Discord's rules; throws the refusal it would get. */
export function readMessageBody(
  world: World,
  kind: BodyKind,
  channelId: string,
  value: unknown,
  files: readonly SentFile[],
): MessageBody {
  const fields = fieldsAt([], value ?? {})
  onlyKnown([], fields, KNOWN[kind])
  const flags = flagsOf(kind, fields.flags)
  const v2 = ((flags ?? 0) & V2) !== 0
  const content =
    fields.content === undefined || fields.content === null
      ? fields.content === null
        ? ''
        : undefined
      : textAt(['content'], fields.content, { max: world.limits.characters })
  if (v2 && (content || fields.embeds))
    throw invalid(
      ['content'],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      'The content field cannot be used when using MessageFlags.IS_COMPONENTS_V2',
    )
  const embeds = fields.embeds == null ? undefined : embedsOf(fields.embeds)
  const components = fields.components == null ? undefined : checkComponents(fields.components, v2)
  const { kept, added } = attachmentsOf(world, channelId, fields.attachments, files)
  if (((flags ?? 0) & VOICE) !== 0) checkVoice([content, embeds, components, fields.sticker_ids], added)
  const nonce = nonceOf(fields.nonce)
  if (kind === 'send' || kind === 'webhook' || kind === 'callback') {
    const stickers = Array.isArray(fields.sticker_ids) && fields.sticker_ids.length > 0
    if (!content?.trim() && !embeds?.length && added.length === 0 && !components?.length && !stickers)
      throw refusal(50006)
  }
  pingsOf(content ?? '', fields.allowed_mentions, null)
  return {
    content,
    embeds,
    components,
    flags,
    nonce,
    enforceNonce: fields.enforce_nonce === true,
    reference: referenceOf(fields.message_reference),
    kept,
    added,
    pings: (repliedTo) => pingsOf(content ?? '', fields.allowed_mentions, repliedTo),
  }
}

function flagsOf(kind: BodyKind, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number') throw invalid(['flags'], 'NUMBER_TYPE_COERCE', 'Value is not int.')
  const edit = kind === 'edit' || kind === 'webhook edit'
  const allowed = edit ? ON_EDIT : kind === 'send' ? ON_SEND : BY_WEBHOOK
  if ((value & ~allowed) !== 0)
    throw invalid(
      ['flags'],
      'FAKE_FLAG',
      `The flags ${value & ~allowed} cannot be set ${edit ? 'by an edit' : 'here'}`,
    )
  return value
}

function nonceOf(value: unknown): string | number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isInteger(value)) return value
  return textAt(['nonce'], value, { max: 25 })
}

function referenceOf(value: unknown): MessageBody['reference'] {
  if (value === undefined || value === null) return null
  const fields = fieldsAt(['message_reference'], value)
  onlyKnown(['message_reference'], fields, [
    'type',
    'message_id',
    'channel_id',
    'guild_id',
    'fail_if_not_exists',
  ])
  if (fields.type !== undefined && fields.type !== 0)
    throw invalid(['message_reference', 'type'], 'FAKE_FORWARD', 'The fake takes no forwards by bots')
  return {
    messageId: textAt(['message_reference', 'message_id'], fields.message_id, { min: 1, max: 20 }),
    channelId: typeof fields.channel_id === 'string' ? fields.channel_id : null,
    mustExist: fields.fail_if_not_exists !== false,
  }
}

function embedsOf(value: unknown): readonly APIEmbed[] {
  const embeds = listAt(['embeds'], value, { max: 10 })
  let total = 0
  for (const [index, embed] of embeds.entries()) {
    const fields = fieldsAt(['embeds', index], embed)
    for (const [name, max] of [
      ['title', 256],
      ['description', 4096],
    ] as const)
      if (fields[name] !== undefined)
        total += charactersOf(textAt(['embeds', index, name], fields[name], { max }))
  }
  if (total > 6000)
    throw invalid(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000')
  return embeds as readonly APIEmbed[]
}
