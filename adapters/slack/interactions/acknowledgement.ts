import { mrkdwnOf } from '../mrkdwn.ts'

/** What an interaction is acknowledged with, within 3 seconds (Slack's limit); nothing: with an empty body. */
export type Acknowledgement =
  | { readonly response_type: 'in_channel' }
  | { readonly response_type: 'ephemeral'; readonly text: string }
  | { readonly response_action: 'errors'; readonly errors: Readonly<Record<string, string>> }

/** Given with each interaction, to be called once. Rejects when Slack could not be told. */
export type Ack = (acknowledgement?: Acknowledgement) => Promise<void>

/** Shows everybody in the channel what was typed. */
export const shown: Acknowledgement = { response_type: 'in_channel' }

/** Words that only the caller sees, as the answer to a slash command. `words`: Markdown. */
export const privately = (words: string): Acknowledgement => ({
  response_type: 'ephemeral',
  text: mrkdwnOf(words),
})

/** Leaves a form open, with words beside one of its fields. */
export const inField = (field: string, words: string): Acknowledgement => ({
  response_action: 'errors',
  errors: { [field]: words },
})
