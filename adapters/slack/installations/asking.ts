import { createWire, type Reply, type WireOptions } from '../wire.ts'
import type { Installation } from './installation.ts'

/**
 * One request of its own to Slack's Web API, with the token given in `args` or none: for what has to be known before
 * there is an installation to speak for. Doesn't reject.
 */
export type Ask = <T>(
  method: string,
  args: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<Reply<T>>

export function createAsk(options: Omit<WireOptions, 'installations'>): Ask {
  const wire = createWire({ ...options, installations: { of: async () => nobody } })
  return (method, args, signal) => wire.call({ team: '', method, args }, signal)
}

const nobody: Installation = {
  team: '',
  enterprise: null,
  token: '',
  botUser: '',
  botId: '',
  app: null,
  teamName: '',
  scopes: [],
}
