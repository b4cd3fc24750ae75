import { isObject } from './method.ts'
import type { Delivery } from './world.ts'

/** 'message', 'app_mention', '/ask', 'block_actions'…: what a delivery is about, for the ledger. */
export function typeOf({ kind, payload }: Delivery): string {
  if (kind === 'events_api') return isObject(payload.event) ? String(payload.event.type) : ''
  return String(kind === 'slash_commands' ? payload.command : payload.type)
}
