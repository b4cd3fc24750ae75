import { type APIAllowedMentions, MessageFlags } from 'discord-api-types/v10'
import type { Place } from '../../src/ports/event.ts'
import type { Part } from '../../src/ports/platform.ts'
import { type Cargo, isVoice } from './cargo.ts'
import { componentsOf } from './components.ts'
import type { WireRequest } from './request.ts'

/** Nobody is pinged, whatever the text says. */
export const noMentions: APIAllowedMentions = { parse: [], replied_user: false }

export interface Creation {
  /** Repeating it makes no second message. Only messages in channels have one, not those of interactions. */
  readonly nonce?: string
  /** The message it answers, by its id. */
  readonly repliesTo?: string
  readonly ephemeral?: boolean
}

/** A part with its file, read. */
export type Laden = Part & { readonly cargo: Cargo | null }

type Payload = Pick<WireRequest, 'body' | 'files'>

export function creation(place: Place, part: Laden, how: Creation): Payload {
  const { nonce, repliesTo, ephemeral = false } = how
  const rest = {
    ...(nonce === undefined ? {} : { nonce, enforce_nonce: true }),
    // A question that was deleted meanwhile is no reason to keep the answer back.
    ...(repliesTo === undefined
      ? {}
      : { message_reference: { message_id: repliesTo, fail_if_not_exists: false } }),
  }
  return isVoice(part)
    ? voice(part, rest)
    : payload(place, part, {
        flags: MessageFlags.SuppressEmbeds | (ephemeral ? MessageFlags.Ephemeral : 0),
        ...rest,
      })
}

/** Whether a message is ephemeral can't be changed any more. */
export const revision = (place: Place, part: Laden): Payload =>
  // Without `attachments` Discord keeps the file of what stood there before.
  payload(place, part, { attachments: [], flags: MessageFlags.SuppressEmbeds })

function payload(place: Place, part: Laden, rest: object): Payload {
  const { cargo } = part
  return {
    body: {
      content: part.markdown,
      allowed_mentions: noMentions,
      components: componentsOf(part.controls, place.conversation),
      ...rest,
      ...(cargo ? { attachments: [cargo.attachment] } : {}),
    },
    ...(cargo ? { files: [cargo.file] } : {}),
  }
}

/** A voice message takes nothing beside its sound: no words, no buttons ("Message Flags", IS_VOICE_MESSAGE). */
const voice = ({ cargo }: Laden, rest: object): Payload => ({
  body: {
    allowed_mentions: noMentions,
    flags: MessageFlags.IsVoiceMessage,
    ...rest,
    ...(cargo ? { attachments: [cargo.attachment] } : {}),
  },
  ...(cargo ? { files: [cargo.file] } : {}),
})
