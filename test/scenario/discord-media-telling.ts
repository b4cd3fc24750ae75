import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { openSqlite } from '../../adapters/sqlite/sqlite.ts'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import { warmThread } from '../fakes/database-threads.ts'
import type { FakePerson, Where } from '../fakes/discord/people.ts'
import type { SeenMessage } from '../fakes/discord/seeing.ts'
import { fieldsOf, type Received } from '../fakes/openai/received.ts'
import type { BytesFault } from '../fakes/openai/script.ts'
import { type DiscordStage, openDiscordStage, type StageOptions } from './discord-stage.ts'
import { inDeltas, labels, roomy } from './discord-telling.ts'
import { spoken } from './discord-watching.ts'

/** A person says: "Parley, what is the capital of France?" */
export const note = readFileSync(new URL('../files/question.ogg', import.meta.url))

export async function atHome(options: StageOptions = {}) {
  const stage = await openDiscordStage({ limits: roomy, ...options })
  const home = stage.discord.guild({ name: 'Home' })
  const channel = home.channel({ name: 'general' })
  const [ann, bob] = [stage.discord.person({ name: 'Ann' }), stage.discord.person({ name: 'Bob' })]
  await stage.discord.until(() => stage.discord.commands.puts === 1)
  return { ...stage, home, channel, ann, bob }
}

/** Requests that came to one route of the model's server, such as `/audio/speech`. */
export const sentTo = ({ model }: Pick<DiscordStage, 'model'>, path: string): readonly Received[] =>
  model.ledger.filter((received) => received.path === path)

/** What the fake would transcribe, in other words. */
export function hears(words: string): BytesFault {
  const body = { text: words, languages: [{ code: 'en' }], usage: { type: 'duration', seconds: 3 } }
  const headers = { 'content-type': 'application/json' }
  return { kind: 'bytes', status: 200, headers, bytes: Buffer.from(JSON.stringify(body)) }
}

/** Everything the model got with one request for an answer. */
export const told = (received: Received | undefined): string =>
  received === undefined ? '' : JSON.stringify(fieldsOf(received).input)

interface Content {
  readonly type: string
  readonly text?: string
  readonly image_url?: string
}

/** The parts of the last thing that a person said to the model. */
export function lastParts(received: Received | undefined): readonly Content[] {
  const { input } = fieldsOf(received!) as {
    input: readonly { readonly role: string; readonly content: string | readonly Content[] }[]
  }
  const content = input.findLast(({ role }) => role === 'user')!.content
  return typeof content === 'string' ? [{ type: 'input_text', text: content }] : content
}

/** The pictures among them, as bytes. */
export const picturesIn = (parts: readonly Content[]): Buffer[] =>
  parts.flatMap(({ image_url }) =>
    image_url === undefined ? [] : [Buffer.from(image_url.replace(/^[^,]*,/, ''), 'base64')],
  )

/** The files that Parley sent there. */
export const filesIn = (
  { discord }: Pick<DiscordStage, 'discord'>,
  where: Where,
  as?: FakePerson,
): readonly (SeenMessage['attachments'][number] & { readonly isVoice: boolean })[] =>
  discord
    .visible(where, as && { as })
    .filter(({ fromBot }) => fromBot)
    .flatMap(({ attachments, isVoice }) => attachments.map((one) => ({ ...one, isVoice })))

/** Waits until so many turns are over, with all that is remembered of them. */
export const ended = ({ discord, log }: Pick<DiscordStage, 'discord' | 'log'>, turns: number) =>
  discord.until(() => log.filter((line) => line.includes('"turn ended"')).length >= turns, 10_000)

export const buttonsOfHeard = ['Regenerate', 'Read aloud', 'Correct transcript', '👍', '👎']

export const some = <T>(all: readonly T[]): readonly T[] | null => (all.length > 0 ? all : null)

/** What was booked and what is set aside, in micro-dollars; the program is stopped for it. */
export async function spentBy({ stop, directory }: DiscordStage) {
  await stop()
  const path = join(directory, 'data', 'parley.db')
  const log = pino({ level: 'silent' })
  const { ledger, close } = await openSqlite({
    path,
    clock: systemClock(),
    chance: systemChance(),
    log,
    thread: warmThread,
  })
  try {
    return await ledger.spent({}, 0)
  } finally {
    await close()
  }
}

export type Home = Awaited<ReturnType<typeof atHome>>

/** What was given to the voice. */
export const spokenWords = (stage: Home): string[] =>
  sentTo(stage, '/audio/speech').map((received) => String(fieldsOf(received).input))

/** A question in a thread of its own, and its answer. */
export async function answered(stage: Home, answer = 'The **answer**.', by: FakePerson = stage.ann) {
  stage.model.next({ beats: inDeltas(answer, 400) })
  const question = by.says(stage.channel, `${stage.parley} a question?`)
  const thread = await stage.discord.until(() => stage.discord.threadOf(question))
  await stage.discord.until(() => labels(spoken(stage, thread).at(-1)).includes('Read aloud'), 10_000)
  await ended(stage, 1)
  return { question, thread, answer: spoken(stage, thread).at(-1)! }
}
