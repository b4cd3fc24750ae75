import { type Fields, fieldsOf, idOf, isFields, listOf } from '../fields.ts'
import { workspaceOf } from '../spot.ts'

/** What stands around an event: the body of the Events API. */
export interface Envelope {
  /** `ConversationKey.workspace`. */
  readonly workspace: string
  readonly enterprise: string | null
  /** All workspaces that it names. */
  readonly teams: readonly string[]
  /** It happened in a channel that is shared with another company, or may be. */
  readonly isShared: boolean
  readonly event: Fields
}

/** null: it names no workspace, or has no event. */
export function envelopeOf(body: Fields): Envelope | null {
  if (!isFields(body.event)) return null
  // For whom Slack tells it; the body's own team may be that of the other company.
  const whose = fieldsOf(listOf(body.authorizations)[0])
  const enterprise = idOf(whose.enterprise_id) ?? idOf(body.context_enterprise_id) ?? idOf(body.enterprise_id)
  const team = idOf(whose.team_id) ?? idOf(body.context_team_id) ?? idOf(body.team_id)
  const isOrgWide = whose.is_enterprise_install === true || body.is_enterprise_install === true
  const workspace = workspaceOf({ team, enterprise, isOrgWide })
  if (workspace === null) return null
  const named = [
    ...listOf(body.authorizations).map((one) => fieldsOf(one).team_id),
    body.context_team_id,
    body.team_id,
  ]
  const teams = [workspace, ...named.flatMap((one) => idOf(one) ?? [])]
  return { workspace, enterprise, teams, isShared: body.is_ext_shared_channel !== false, event: body.event }
}
