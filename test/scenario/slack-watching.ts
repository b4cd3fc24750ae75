import type { Received } from '../fakes/openai/received.ts'
import type { FakeMessage, Where } from '../fakes/slack/handles.ts'
import type { FakePerson } from '../fakes/slack/people.ts'
import type { SeenMessage } from '../fakes/slack/seeing.ts'
import type { SlackStage } from './slack-stage.ts'

/** On a busy machine; nobody waits that long otherwise. */
export const patienceMs = 12_000

/** Who looks. */
type Looking = Pick<SlackStage, 'slack'>

/** What Parley has said there so far: of a channel at its top level, of a message in the thread on it. */
export const spoken = ({ slack }: Looking, where: Where, as?: FakePerson): readonly SeenMessage[] =>
  slack.visible(where, as && { as }).filter(({ fromBot }) => fromBot)

/** Whether an answer has all that a finished one has under it. */
export const isFinished = ({ buttons, isStreaming }: SeenMessage): boolean =>
  !isStreaming && buttons.some(({ actionId }) => actionId === 'parley.regenerate')

/** Waits for the answer whose text this is, with the buttons of a finished one. */
export const finished = (
  { slack }: Looking,
  where: Where,
  text: string | RegExp,
  as?: FakePerson,
): Promise<SeenMessage> =>
  slack.until(
    () =>
      spoken({ slack }, where, as).find(
        (each) => isFinished(each) && (typeof text === 'string' ? each.text === text : text.test(each.text)),
      ),
    patienceMs,
  )

/** A message as people speak of it, for what is done to it. */
export const handle = (seen: SeenMessage, team: string): FakeMessage => ({
  ts: seen.ts,
  channel: seen.channel,
  team,
  thread: seen.thread,
})

/** The requests for answers; not those for the list of models. */
export const asked = ({ model }: Pick<SlackStage, 'model'>): readonly Received[] =>
  model.ledger.filter(({ path }) => path === '/responses')

interface Input {
  readonly instructions?: string
  readonly input: readonly { readonly role: string; readonly content: unknown }[]
}

/** What the model was told by whom, a line each; pictures as `[picture]`. */
export function prompt(stage: Pick<SlackStage, 'model'>, index: number): readonly string[] {
  const body = asked(stage).at(index)?.body as Input | undefined
  return (body?.input ?? []).map(({ role, content }) => `${role}: ${wordsOf(content)}`)
}

export const instructions = (stage: Pick<SlackStage, 'model'>, index: number): string =>
  (asked(stage).at(index)?.body as Input | undefined)?.instructions ?? ''

/** Waits until so many turns have ended, by the log. */
export const ended = ({ slack, log }: Pick<SlackStage, 'slack' | 'log'>, turns: number): Promise<boolean> =>
  slack.until(() => log.filter((line) => line.includes('"turn ended"')).length >= turns, patienceMs)

/** Waits until all that was said has been taken in. */
export const heard = ({ slack }: Looking): Promise<boolean> =>
  slack.until(
    () =>
      slack.ledger.envelopes.every(({ ackedAfterMs }) => ackedAfterMs !== null) &&
      slack.ledger.posts.every(({ status }) => status === 200),
    patienceMs,
  )

function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content
  const parts = content as readonly { readonly type: string; readonly text?: string }[]
  return parts.map(({ type, text }) => (type === 'input_image' ? '[picture]' : (text ?? type))).join(' ')
}
