import { cleanText } from '../../clean-text.ts'
import { type Heard, heardKey } from '../../media/hearing.ts'
import type { ConversationKey, MessageRef, Person } from '../../ports/event.ts'
import { conversationId } from '../keys.ts'
import type { StoredTurn } from '../memory.ts'
import { notTheirsToCorrectWords } from '../words.ts'
import { type Command, givenText, type Recall } from './command.ts'

/** UTF-16 units of a form's field (Slack's limit; Discord's is 4,000). What a transcript has beyond stays as it is. */
const longest = 3_000

/** What was heard wrong is written right, and the question answered anew. */
export const correct: Command = {
  name: 'correct',
  description: 'Correct what was heard in a voice note',
  options: [{ name: 'text', description: 'What was said', type: 'text', required: true }],
  audience: 'caller',
  buttonOnly: true,
  form: true,
  async fill(conversation, _settings, about, recall, by) {
    const found = about && (await recordingOf(recall, conversation, about))
    if (!found || !mayCorrect(found.turn, by)) return null
    return {
      title: found.isOnly ? 'Correct what was heard' : 'Correct the first recording',
      fields: [
        {
          name: 'text',
          label: 'What was said',
          lines: 'many',
          value: found.heard.text.slice(0, lengthOfFirst(found.heard)),
          longest,
          required: true,
        },
      ],
    }
  },
  lane: 'now',
  async run(call, around) {
    const { place, about, by, id, at } = call
    const text = givenText(call, 'text')
    const found = about ? await recordingOf(around, place.conversation, about) : null
    if (about === undefined || found === null) return { markdown: forgotten, private: true }
    if (!mayCorrect(found.turn, by)) return { markdown: notTheirsToCorrectWords, private: true }
    if (text === null) return { markdown: 'Nothing changed: that is what was heard.', private: true }
    const written = cleanText(text).trim()
    if (written === '') return { markdown: 'Write what was said; an empty text is no answer.', private: true }
    const rest = found.heard.text.slice(lengthOfFirst(found.heard))
    await around.hearing.correct(found.key, written + rest, written.length)
    await around.admit({
      ...{ kind: 'regenerate', id: `${id}:corrected`, at, by, answer: about, quiet: true },
      // Where Parley is no member, the button's way is the only one to the answer.
      place: { ...place, root: null },
    })
    return { markdown: 'Thank you. The question is answered anew.', private: true }
  },
}

/** As with every change of an answer. */
const mayCorrect = ({ askers }: StoredTurn, by: Person): boolean => askers.includes(by.id) || by.moderator

const forgotten =
  'What was heard is not in my memory any more. Send the recording again, or write what was said.'

interface Recording {
  readonly turn: StoredTurn
  readonly key: string
  readonly heard: Heard
  /** false: others were heard in the same question. */
  readonly isOnly: boolean
}

/** The first recording of the question that was answered there. */
async function recordingOf(
  { memory, hearing }: Recall,
  conversation: ConversationKey,
  answer: MessageRef,
): Promise<Recording | null> {
  const id = conversationId(conversation)
  const turn = await memory.turnOf(id, answer)
  if (turn === null) return null
  const asked = await Promise.all(turn.asked.map((seq) => memory.message(id, turn.epoch, seq)))
  const files = asked.flatMap((message) => message?.files ?? [])
  const heard = await Promise.all(
    files.map(async (file) => {
      const key = heardKey(conversation, file.id)
      return { key, heard: await hearing.before(key) }
    }),
  )
  const [first, ...more] = heard.flatMap(({ key, heard }) => (heard === null ? [] : [{ key, heard }]))
  return first === undefined ? null : { turn, ...first, isOnly: more.length === 0 }
}

/**
 * As much of a transcript as a form takes, to the end of a word. Once corrected it is what was written there, so that of
 * two who fill in the form at the same time the later one replaces what the earlier one wrote, and nothing beyond.
 */
function lengthOfFirst({ text, written }: Heard): number {
  if (written !== undefined) return written
  if (text.length <= longest) return text.length
  const end = text.slice(0, longest).search(/\s\S*$/)
  return end > 0
    ? end
    : text.slice(0, longest).toWellFormed() === text.slice(0, longest)
      ? longest
      : longest - 1
}
