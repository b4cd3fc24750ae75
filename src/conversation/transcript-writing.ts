import { createHash } from 'node:crypto'
import { durationWords } from '../media/duration.ts'
import type { Heard } from '../media/hearing.ts'
import { languageCode, languageName } from '../media/language.ts'
import { quoted } from '../media/names.ts'
import type { FileRead, Reader, Reading } from '../media/reader.ts'
import type { Shelf } from '../ports/shelf.ts'
import type { Enclosed } from './enclosing.ts'
import { payerOf } from './payer.ts'
import { reaching } from './reaching.ts'
import { Refused } from './refused.ts'
import type { Task } from './task.ts'
import { type TranscriptFormat, transcriptFile } from './transcript-files.ts'
import { commandAgainWords } from './words.ts'
import type { Writing, WritingPlace, Written } from './writing.ts'

export interface TranscriptDeps {
  readonly reader: Reader
  readonly shelf: Shelf
}

/** UTF-16 units of a transcript that are shown as they are; of a longer one the beginning is, and a file goes with it. */
const mostShown = 1_500
const mostOfLong = 600

const noFileWords =
  'There is no recording to transcribe. Attach one, or choose Transcribe in the menu of a message that has one.'

/** Writes down what is said in the question's files, and nothing else. */
export function createTranscriptWriting(
  deps: TranscriptDeps,
  on: WritingPlace,
  task: Extract<Task, { kind: 'transcribe' }>,
): Writing {
  const { question, platform, running, trace } = on

  const reach = reaching(on)

  /** One file in words, and what goes with it. */
  async function shown(read: FileRead, isOnly: boolean): Promise<[string, Enclosed | null]> {
    if (read.kind === 'skipped') return [read.why, null]
    const { heard, file } = read
    const name = isOnly ? '' : `${quoted(file.name)}, `
    if (heard === null) return [`${quoted(file.name)} holds no sound: only recordings are transcribed.`, null]
    const title = `**${name}${aboutWords(heard)}**`
    const isLong = heard.text.length > mostShown
    const as = task.as ?? (isLong ? 'txt' : null)
    const beginning = isLong ? cut(heard.text) : heard.text
    const words = `${title}\n\n${beginning.replaceAll(/^/gm, '> ')}`
    return as === null ? [words, null] : [words, await keep(heard, file.name, as)]
  }

  async function keep(heard: Heard, name: string, as: TranscriptFormat): Promise<Enclosed> {
    const { content, about } = transcriptFile(heard, name, as)
    const key = `transcript:${createHash('sha256').update(about.name).update('\0').update(content).digest('hex')}`
    await deps.shelf.put(key, content, about)
    return { key }
  }

  async function write(
    reading: Reading,
    show: (delta: string) => void,
    signal: AbortSignal,
  ): Promise<Written> {
    const files = question.asked.flatMap((one) => one.files)
    if (files.length === 0) throw new Refused('bad_input', noFileWords)
    on.tell?.({ kind: 'status', text: 'Listening…' })
    reach('read')
    trace.mark('modelCalled')
    const reads = await reading.read(files, 'asked')
    const texts: string[] = []
    const enclosed: Enclosed[] = []
    for (const read of reads) {
      const [words, file] = await shown(read, files.length === 1)
      signal.throwIfAborted()
      texts.push(words)
      if (file !== null) enclosed.push(file)
    }
    // A Stop that was taken before the words were there stays a Stop.
    if (!running.happen('ended')) throw signal.reason
    trace.mark('lastToken')
    if (reads.some(mayWorkAgain)) texts.push(commandAgainWords)
    const text = texts.join('\n\n')
    show(text)
    return { text, mark: null, charge: null, isFinal: true, enclosed }
  }

  return {
    async write(show, signal) {
      reach('allowed')
      const language = task.language === null ? undefined : languageOf(task.language)
      const { platform: name, workspace } = question.place.conversation
      const reading = deps.reader.enter({
        download: (file, bound) => platform.download(file, bound),
        platform: name,
        workspace,
        payer: payerOf(question, trace.bought),
        language,
        signal,
      })
      try {
        return await write(reading, show, signal)
      } finally {
        await reading.close()
      }
    },

    /** Hearing has booked what it heard. */
    settleUp: async () => ({ text: '', charge: null }),
  }
}

/** It was the provider's fault; an empty account stays empty. */
const mayWorkAgain = (read: FileRead): boolean =>
  read.kind === 'skipped' && read.failure !== undefined && read.failure.kind !== 'quota'

function languageOf(words: string): string {
  const code = languageCode(words)
  if (code !== null) return code
  throw new Refused(
    'bad_input',
    `${quoted(words)} is no language that I know. Name it in English (German), or by its two letters (de); left out, the model finds out itself.`,
  )
}

/** `12 s, English` */
function aboutWords({ seconds, language, borrowed, corrected }: Heard): string {
  return [
    durationWords(seconds),
    ...(language === null ? [] : [languageName(language)]),
    ...(borrowed ? ['the chat’s own transcript'] : []),
    ...(corrected ? ['corrected'] : []),
  ].join(', ')
}

/** At a word's end. */
const cut = (text: string): string =>
  `${text
    .slice(0, mostOfLong)
    .toWellFormed()
    .replace(/\s+\S*$/, '')} …`
