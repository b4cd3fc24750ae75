import { App, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import type { SlackFake } from './slack-fake.ts'

export const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
}

/** What tests of the fake itself use: the real clients, quiet, each call one request. */
export const clientOf = (slack: SlackFake, token: string = slack.team.botToken): WebClient =>
  new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  })

/** Resolves to `data.error` of a refused call, 'ok' of one that went well, 'ratelimited', or the kind of failure. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    const { code, data } = error as { code?: string; data?: { error?: string } }
    return data?.error ?? code ?? String(error)
  }
}

/** A bot of the real Bolt in Socket Mode, not yet started. */
export function boltOf(slack: SlackFake, clientPingTimeout = 300): App {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    clientPingTimeout,
    logger: quiet,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  })
  return new App({
    token: slack.team.botToken,
    receiver,
    logger: quiet,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
  })
}
