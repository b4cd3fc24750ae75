/** What of Slack is switched on, as far as the app's manifest and its scopes depend on it. */
export interface Features {
  /** How events come: over Socket Mode, or to `<publicUrl>/slack/events`. */
  readonly way: 'socket' | 'http'
  /** Where Slack and browsers reach Parley: `https://parley.example.com`, without a slash at the end. */
  readonly publicUrl: string | null
  /** Workspaces install Parley themselves, by OAuth. */
  readonly severalWorkspaces: boolean
  /** Direct messages are answered. */
  readonly direct: boolean
}

/** One workspace by Socket Mode, with direct messages: what adapters/slack/manifest.json is made for. */
export const defaultFeatures: Features = {
  way: 'socket',
  publicUrl: null,
  severalWorkspaces: false,
  direct: true,
}
