import { LogLevel, type Logger as SdkLogger } from '@slack/web-api'
import type { Logger } from 'pino'

const longest = 300
/** Slack's tokens, and the ticket in a socket's address. */
const secret = /x(?:ox[a-z]|app|oxe)[.-][\w.-]+|ticket=[^&\s]+/gi

/**
 * The SDKs' logger on pino. What matters is told by Parley in its own words: here all of it is `debug`. Their own
 * `debug` is left out, since it holds tokens and what people say.
 */
export function sdkLogger(log: Logger): SdkLogger {
  const tell = (...said: unknown[]): void => {
    if (!log.isLevelEnabled('debug')) return
    const words = said.map((part) => (part instanceof Error ? part.name : String(part))).join(' ')
    log.debug(words.replaceAll(secret, '…').slice(0, longest))
  }
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: tell,
    error: tell,
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  }
}
