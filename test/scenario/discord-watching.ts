import type { FakeMessage, FakePerson, Where } from '../fakes/discord/people.ts'
import type { SeenMessage } from '../fakes/discord/seeing.ts'
import type { Received } from '../fakes/openai/received.ts'
import type { DiscordStage } from './discord-stage.ts'

/** On a busy machine; nobody waits that long otherwise. */
const patienceMs = 12_000

/** What Parley has said there so far. */
export const spoken = ({ discord }: DiscordStage, where: Where, as?: FakePerson): readonly SeenMessage[] =>
  discord.visible(where, as && { as }).filter(({ fromBot }) => fromBot)

/** Waits for the answer whose text this is, with the buttons of a finished one. */
export const finished = (
  stage: DiscordStage,
  where: Where,
  content: string | RegExp,
  as?: FakePerson,
): Promise<SeenMessage> =>
  stage.discord.until(
    () =>
      spoken(stage, where, as).find(
        (each) =>
          (typeof content === 'string' ? each.content === content : content.test(each.content)) &&
          each.buttons.some(({ label }) => label === 'Regenerate'),
      ),
    patienceMs,
  )

/** The thread on a question, and the answer in it once it is finished. */
export async function answerInThread(stage: DiscordStage, question: FakeMessage, content: string | RegExp) {
  const thread = await stage.discord.until(() => stage.discord.threadOf(question), patienceMs)
  return { thread, answer: await finished(stage, thread, content) }
}

/** The requests for answers; not those for the list of models. */
export const asked = ({ model }: DiscordStage): readonly Received[] =>
  model.ledger.filter(({ path }) => path === '/responses')

interface Input {
  readonly instructions?: string
  readonly input: readonly { readonly role: string; readonly content: unknown }[]
}

/** What the model was told by whom, a line each; pictures as `[picture]`. */
export function prompt(stage: DiscordStage, index: number): readonly string[] {
  const body = asked(stage).at(index)?.body as Input | undefined
  return (body?.input ?? []).map(({ role, content }) => `${role}: ${wordsOf(content)}`)
}

export const instructions = (stage: DiscordStage, index: number): string =>
  (asked(stage).at(index)?.body as Input | undefined)?.instructions ?? ''

function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content
  const parts = content as readonly { readonly type: string; readonly text?: string }[]
  return parts.map(({ type, text }) => (type === 'input_image' ? '[picture]' : (text ?? type))).join(' ')
}
