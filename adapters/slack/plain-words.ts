/** Slack's error codes are such words: `not_in_channel`. Anything else may hold what must not be repeated, such as a token. */
export const isCode = (text: string): boolean =>
  text.length <= 80 && /^[a-z]+(?:_[a-z0-9]{1,30})*$/.test(text)

/** `channels:history`, `users:read.email`, `admin.teams:read`. */
export const isScope = (text: string): boolean =>
  text.length <= 80 &&
  /^[a-z]+(?:[._:-][a-z]+)*$/.test(text) &&
  !text.startsWith('xo') &&
  !text.startsWith('xapp')

const tokens = /\b(?:xox[a-z]*|xapp)[\w.-]*-[\w.-]+/gi

/** Words of Slack's own about a call, without tokens that stand in them. */
export const withoutTokens = (text: string): string => text.replaceAll(tokens, '[secret]')
