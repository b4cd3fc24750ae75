import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds that a request may be old, or ahead of this machine's clock (Slack's documents: five minutes). */
const windowSeconds = 300

export interface Signed {
  /** `x-slack-request-timestamp` */
  readonly timestamp: string | null
  /** `x-slack-signature` */
  readonly signature: string | null
  /** As it came. */
  readonly body: Uint8Array
}

export type Verdict = 'genuine' | 'unsigned' | 'stale' | 'forged'

/** Whether Slack sent it (signing version v0). `now`: milliseconds since the epoch. A blank secret accepts nothing. */
export function verdictOn({ timestamp, signature, body }: Signed, secret: string, now: number): Verdict {
  if (secret.trim() === '') return 'forged'
  if (timestamp === null || signature === null) return 'unsigned'
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'unsigned'
  if (Math.abs(now / 1_000 - Number(timestamp)) > windowSeconds) return 'stale'
  const right = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest()
  const given = Buffer.from(signature.slice('v0='.length), 'hex')
  return timingSafeEqual(right, given) ? 'genuine' : 'forged'
}
