import type { Config } from './config.ts'

/** How Slack's events come: `off` where no workspace is served. Socket Mode where both ways are set up. */
export type SlackWay = 'off' | 'socket' | 'http'

export function slackWay({ botToken, clientId, appToken, signingSecret }: Config['slack']): SlackWay {
  if (botToken === null && clientId === null) return 'off'
  if (appToken !== null) return 'socket'
  return signingSecret === null ? 'off' : 'http'
}

/**
 * What the app has to be able to do in Slack; before there is an app, and so before any token, as far as that is known.
 * `asked`: what shall be, over what is set up.
 */
export function slackFeatures(
  { slack, access }: Pick<Config, 'slack' | 'access'>,
  asked: { readonly http: boolean; readonly oauth: boolean } = { http: false, oauth: false },
) {
  const http = asked.http || (slack.appToken === null && slack.signingSecret !== null)
  return {
    way: http ? ('http' as const) : ('socket' as const),
    publicUrl: slack.publicUrl,
    severalWorkspaces: asked.oauth || (slack.botToken === null && slack.clientId !== null),
    direct: access.dms,
  }
}
