import { expect } from 'vitest'
import type { OpenAiFake } from '../fakes/openai/openai-fake.ts'
import type { SlackFake } from '../fakes/slack/slack-fake.ts'
import { slipsIn } from './slips.ts'

interface Heard {
  readonly slack: SlackFake
  readonly model: OpenAiFake
  readonly log: readonly string[]
}

/** A mention that Slack would make of it. */
const live = /<(?:@[UWB]\w|#[CG]\w|!(?:channel|here|everyone|group|subteam|date)\b)/
/** A call that is wrong in itself, whatever Slack's state is. */
const wrong = new Set([
  'invalid_arguments',
  'invalid_blocks',
  'invalid_arg_name',
  'no_text',
  'unknown_method',
])

/**
 * What holds in every story: nobody is rung, no link unfolds, no secret leaves the way it has to go, no call was made
 * that Slack can't take, and no answer was saved from a slip in the program by a second try.
 */
export function expectHarmless({ slack, model, log }: Heard): void {
  const { calls, responses, downloads } = slack.ledger
  for (const { method, args, fault, status } of calls) {
    // What a fault cut off was not read.
    if (!/^chat\./.test(method) || (fault && status === 0 && Object.keys(args).length === 0)) continue
    expect(JSON.stringify(args), method).not.toMatch(live)
    if (method === 'chat.postMessage')
      expect(args, method).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' })
  }
  for (const { body } of responses) expect(JSON.stringify(body)).not.toMatch(live)
  expect(calls.filter(({ fault, error }) => !fault && wrong.has(error ?? ''))).toEqual([])
  expect(slipsIn(log)).toEqual([])
  const secrets = [slack.team.botToken, slack.appToken, slack.signingSecret, slack.client.secret]
  const written = [
    ...log,
    ...model.ledger.map(({ body, headers }) => JSON.stringify([body, headers])),
    ...calls.filter(({ method }) => method !== 'oauth.v2.access').map(({ args }) => JSON.stringify(args)),
  ]
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
      expect(written.filter((line) => line.includes(form))).toEqual([])
  }
  expect(downloads.filter(({ authorization, allowed }) => authorization !== null && !allowed)).toEqual([])
}
