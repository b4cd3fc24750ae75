import { createHash } from 'node:crypto'
import type { Overview } from '../../../src/ports/intake.ts'
import { escaped } from '../body.ts'

/** The `action_id` of the button that opens the settings; its `value` is the channel they are for. */
export const settingsActionId = 'parley.home.settings'

/** Characters of the instructions; a section holds 3,000 (Slack's limit), escaped. */
const longestShown = 550

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, 3000) } })
const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text } })

/** The model of a Parley that has none (README, "Rehearsal"). */
const rehearsal = 'rehearsal'

const what = ({ model }: Overview): string =>
  model === rehearsal
    ? 'This is a rehearsal: I answer, but nobody thinks yet. Whoever runs me can connect a model.'
    : `I put language models into Slack, such as ${named(model)}.`

const intro = (overview: Overview) =>
  section(
    `${what(overview)} *Mention me* in a channel, ${overview.direct ? '*write to me* in the Messages tab, ' : ''}or type \`/ask\`. In a thread I take part in, no mention is needed. Attach pictures, documents or sounds, or record a clip, if you like.`,
  )

const examples = section(
  [
    '*For example*',
    '• `/ask What is a good name for a cat?` asks in the open; `/ask private: …` for you alone',
    '• `/parley settings` shows and changes the model and the instructions of a channel',
    '• `/parley help` lists all commands',
    '• _Ask about this_, _Summarise_, _Read aloud_ and _Transcribe_ are in the menu of each message',
    '• Put 🔊 on one of my answers to hear it',
    '• Edit your question and I answer anew; delete it and the answer goes too',
  ].join('\n'),
)

/** What one person sees in Home. `overview`: null for those who may not use Parley. `channel`: their DM with it. */
export function homeView(overview: Overview | null, channel: string) {
  const blocks =
    overview === null
      ? [
          header('Parley'),
          section('You can’t use me here: whoever runs me has not allowed it. Please ask them.'),
        ]
      : [
          header('Parley'),
          intro(overview),
          header('Today'),
          usage(overview),
          ...(overview.direct ? chosen(overview, channel) : []),
          examples,
        ]
  return { type: 'home' as const, private_metadata: digestOf(blocks), blocks }
}

export type HomeView = ReturnType<typeof homeView>

/** Kept in the view itself: a view that says the same is not published again, also after a restart. */
const digestOf = (blocks: unknown): string =>
  createHash('sha256').update(JSON.stringify(blocks)).digest('base64url').slice(0, 22)

function usage({ today: { spent, limit, shared, until } }: Overview) {
  // Slack shows the moment in each reader's own time zone.
  const seconds = Math.floor(until / 1000)
  const renews = `<!date^${seconds}^{date_short_pretty} {time}|${new Date(seconds * 1000).toISOString()}>`
  const used = `Your questions have cost ${dollars(spent)} today`
  const sentences = [limit === null ? `${used}.` : `${used}, of ${dollars(limit)} a day.`]
  if (shared !== null) sentences.push(leftForAll(shared))
  if (limit !== null || shared !== null) sentences.push(`The next day begins ${renews}.`)
  return section(sentences.join(' '))
}

const leftForAll = (usd: number): string =>
  usd === 0
    ? 'The budget for everybody here is used up.'
    : `Of the budget for everybody here ${dollars(usd)} is left.`

function chosen({ model, persona }: Overview, channel: string) {
  const instructions = escaped(persona.replaceAll('```', "'''").slice(0, longestShown).toWellFormed())
  return [
    header('In our direct messages'),
    {
      ...section(`*Model:* ${named(model)}`),
      accessory: {
        type: 'button',
        action_id: settingsActionId,
        text: { type: 'plain_text', text: 'Change' },
        value: channel,
      },
    },
    section(`*Instructions:*\n\`\`\`${instructions || ' '}\`\`\``),
  ]
}

const named = (model: string): string =>
  `\`${escaped(model.replaceAll('`', "'").slice(0, 200).toWellFormed())}\``

/** An amount below a cent would be none. */
const dollars = (usd: number): string => (usd > 0 && usd < 0.01 ? 'less than $0.01' : `$${usd.toFixed(2)}`)
