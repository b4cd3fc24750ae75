import type { Script } from '../fakes/openai/script.ts'
import { text } from '../fakes/openai/script.ts'
import type { SeenMessage } from '../fakes/slack/seeing.ts'
import { openSlackStage, type StageOptions } from './slack-stage.ts'

export { inDeltas, numbered } from './discord-telling.ts'

/** An answer of these words. */
export const say = (words: string): Script => ({ beats: text(words) })

/** A stage with a channel and two people. Slack's own limits on calls aren't felt; Parley keeps to them all the same. */
export async function atHome(options: StageOptions = {}) {
  const stage = await openSlackStage({ limits: 'none', ...options })
  const { team } = stage.slack
  return {
    ...stage,
    stage,
    team,
    channel: team.channel({ name: 'general' }),
    ann: team.person({ name: 'Ann' }),
    bob: team.person({ name: 'Bob' }),
  }
}

/** The texts of the bot's messages. */
export const said = (messages: readonly SeenMessage[]): string[] =>
  messages.filter(({ fromBot }) => fromBot).map(({ text }) => text)

export const labels = (message: SeenMessage | undefined | null): string[] =>
  message?.buttons.map(({ text }) => text) ?? []
