import { fieldsOf, textOf } from '../fields.ts'
import { envelopeOf } from '../hearing/envelope.ts'
import { Malformed } from './malformed.ts'

/** An event of the Events API, unwrapped. */
export interface AppEvent {
  /** `Ev…` */
  readonly id: string
  readonly team: string
  readonly enterprise: string | null
  readonly type: string
  readonly event: Readonly<Record<string, unknown>>
}

/** Throws `Malformed`. */
export function appEventOf(raw: unknown): AppEvent {
  const body = fieldsOf(raw)
  const around = envelopeOf(body)
  const id = textOf(body.event_id)
  const type = textOf(around?.event.type)
  if (!around || !id || type === null) throw new Malformed('no event')
  return { id, type, team: around.workspace, enterprise: around.enterprise, event: around.event }
}
