import { z } from 'zod'
import { isId } from '../fields.ts'
import { Malformed } from './malformed.ts'

/** What is read of Slack's payloads. Much in them is optional, and what nobody reads may be anything. */

/** `C024BE91L` */
const id = z.string().refine(isId)
const anyId = id.nullish().catch(null)
/** `1795151317.000001` */
const ts = z.string().regex(/^\d{1,16}\.\d{1,16}$/)
const anyTs = ts.nullish().catch(null)
const name = z.string().min(1).max(100)
const words = z.string().max(100_000)
const url = z.string().max(2_000).nullish().catch(null)

const user = z.object({
  id,
  name: z.string().catch(''),
  username: z.string().optional().catch(undefined),
  team_id: anyId,
})
const team = z.object({ id }).nullish().catch(null)
const channel = z.object({ id }).nullish().catch(null)

const around = { user, team, enterprise: team, trigger_id: name, response_url: url }

export const slashCommand = z.object({
  command: z.string().min(1).max(100),
  text: words.catch(''),
  trigger_id: name,
  response_url: url,
  user_id: id,
  user_name: z.string().catch(''),
  team_id: anyId,
  enterprise_id: anyId,
  channel_id: id,
})

export const messageShortcut = z.object({
  ...around,
  callback_id: name,
  channel: z.object({ id }),
  message: z.looseObject({ ts, thread_ts: anyTs }),
})

export const blockActions = z.object({
  ...around,
  trigger_id: name.nullish().catch(null),
  channel,
  container: z
    .object({
      message_ts: anyTs,
      thread_ts: anyTs,
      channel_id: anyId,
      is_ephemeral: z.boolean().optional().catch(undefined),
    })
    .catch({ message_ts: null, thread_ts: null, channel_id: null }),
  message: z.object({ ts: anyTs, thread_ts: anyTs }).nullish().catch(null),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        value: z.string().nullish().catch(null),
        action_ts: name.nullish().catch(null),
      }),
    )
    .min(1)
    .max(100),
})

export const viewSubmission = z.object({
  user,
  team,
  enterprise: team,
  view: z.object({
    id: name,
    /** Where it was opened; people of other companies can be in a shared channel. */
    app_installed_team_id: anyId,
    callback_id: z.string().catch(''),
    private_metadata: z.string().max(10_000).catch(''),
    state: z
      .object({
        values: z.record(z.string(), z.record(z.string(), z.object({ value: words.nullish() }))),
      })
      .catch({ values: {} }),
  }),
})

export type SlashCommand = z.infer<typeof slashCommand>
export type MessageShortcut = z.infer<typeof messageShortcut>
export type BlockActions = z.infer<typeof blockActions>
export type ViewSubmission = z.infer<typeof viewSubmission>

export const homeOpened = z.object({
  type: z.literal('app_home_opened'),
  user: id,
  channel: id,
  tab: z.string().nullish().catch(null),
  view: z
    .object({ private_metadata: z.string().catch('') })
    .nullish()
    .catch(null),
})

export const threadStarted = z.object({
  type: z.literal('assistant_thread_started'),
  assistant_thread: z.object({ user_id: id, channel_id: id, thread_ts: ts }),
})

export const sessionStopped = z.object({
  type: z.literal('agent_session_stopped'),
  channel: id,
  thread_ts: anyTs,
  user: anyId,
  streaming_message_ts: z.array(ts).max(100).catch([]),
})

export const reactionAdded = z.object({
  type: z.literal('reaction_added'),
  user: anyId,
  /** `loud_sound` */
  reaction: z.string().max(200),
  /** Whose message it is; null: an app's that has no user. */
  item_user: anyId,
  item: z.object({ type: z.string(), channel: anyId, ts: anyTs }),
  /** When it was put there. */
  event_ts: anyTs,
})

/** Throws `Malformed`, which quotes nothing of the payload: there are secrets in it. */
export function read<T>(schema: z.ZodType<T>, payload: unknown, what: string): T {
  const result = schema.safeParse(payload)
  if (result.success) return result.data
  const path = result.error.issues[0]?.path.map(String).join('.').slice(0, 100)
  throw new Malformed(`${what}${path ? ` (${path})` : ''}`)
}
