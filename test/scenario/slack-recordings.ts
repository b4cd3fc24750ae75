import { readFileSync } from 'node:fs'
import type { Planned } from '../fakes/openai/script.ts'
import type { FakeFile } from '../fakes/slack/fake-files.ts'
import type { Where } from '../fakes/slack/handles.ts'
import type { FakePerson } from '../fakes/slack/people.ts'
import type { SeenMessage } from '../fakes/slack/seeing.ts'
import type { SlackStage, StageOptions } from './slack-stage.ts'
import { atHome, say } from './slack-telling.ts'
import { finished, handle, patienceMs } from './slack-watching.ts'

const fileOf = (name: string): Uint8Array => readFileSync(new URL(`../files/${name}`, import.meta.url))

/** What people record in Slack; what Slack itself understood of it only where a test says so. */
export const clip = (more: Partial<FakeFile> = {}): FakeFile => ({
  ...{ name: 'audio_message.m4a', bytes: fileOf('question.m4a'), subtype: 'slack_audio', seconds: 3 },
  ...more,
})
/** As Slack's desktop app records it: a film without a picture. */
export const film: FakeFile = clip({ name: 'audio_message.mp4', bytes: fileOf('slack-clip.mp4') })

/** A recording that was sent as a file. */
export const recording = (name = 'question.mp3'): FakeFile => ({ name, bytes: fileOf(name) })

/** A server that hears these words in everything. */
export const hears = (text: string, language = 'en'): Planned => ({
  ...{ kind: 'bytes', status: 200, headers: { 'content-type': 'application/json' } },
  bytes: Buffer.from(JSON.stringify({ text, languages: [{ code: language }], usage: null })),
})

export const down: Planned = {
  kind: 'status',
  status: 400,
  code: 'server_down',
  message: 'The server is down',
}

/** The model answers with these words, and what is heard is `heard` (or that the server is down). */
export const answering =
  (words: string, heard: Planned = hears('Which tide is it?')): Planned =>
  (request) => {
    const reply = request.path === '/audio/transcriptions' ? heard : say(words)
    return typeof reply === 'function' ? reply(request) : reply
  }

/** The requests that came to this route. */
export const to = ({ model }: Pick<SlackStage, 'model'>, path: string) =>
  model.ledger.filter((request) => request.path === path)

/** Parley's messages with a file. */
export const enclosed = ({ slack }: Pick<SlackStage, 'slack'>, where: Where, as?: FakePerson) =>
  slack.visible(where, as && { as }).filter(({ fromBot, files }) => fromBot && files.length > 0)

/** Waits for so many of them. */
export const filesIn = (
  { slack }: Pick<SlackStage, 'slack'>,
  where: Where,
  count = 1,
  as?: FakePerson,
): Promise<SeenMessage[]> =>
  slack.until(() => {
    const found = enclosed({ slack }, where, as)
    return found.length >= count ? found : null
  }, patienceMs)

/** What is in the file that was uploaded last. */
export const uploaded = ({ slack }: Pick<SlackStage, 'slack'>): Buffer =>
  Buffer.from(slack.ledger.uploads.at(-1)?.content ?? [])

export const readAloud = 'parley.read_aloud'

/** An answer in a channel, whose text begins with a mark that nobody wants to hear. */
export async function answered(options: StageOptions = {}) {
  const around = await atHome(options)
  const { stage, model, team, parley, channel, ann } = around
  model.always(say('Low **tide** is at noon.'))
  const question = ann.says(channel, `${parley} when?`)
  const answer = handle(await finished(stage, question, 'Low **tide** is at noon.'), team.id)
  return { ...around, question, answer }
}

/** While the answer is spoken, and the voice takes its time. */
export async function speaking() {
  const scene = await answered()
  const { stage, slack, model, ann, answer } = scene
  model.always({ kind: 'hang' })
  await ann.presses(answer, readAloud).answered()
  await slack.until(() => to(stage, '/audio/speech').length === 1, patienceMs)
  return scene
}
