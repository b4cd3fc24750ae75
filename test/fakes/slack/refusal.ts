/** What Slack says no with: `{"ok": false, "error": …}`. */
export class Refusal extends Error {
  readonly error: string
  readonly more: Readonly<Record<string, unknown>>
  constructor(error: string, more: Readonly<Record<string, unknown>> = {}) {
    super(error)
    this.name = 'Refusal'
    this.error = error
    this.more = more
  }
}

/** With `response_metadata.messages`, as Slack explains what is wrong. */
export const explained = (error: string, ...messages: string[]): Refusal =>
  new Refusal(error, { response_metadata: { messages: messages.map((one) => `[ERROR] ${one}`) } })
