/** What Slack knows the app by: the app's page, Basic Information. */
export interface Credentials {
  readonly clientId: string
  /** Secret. */
  readonly clientSecret: string
}
