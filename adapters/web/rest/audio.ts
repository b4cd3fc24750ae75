import { createHash } from 'node:crypto'
import { ReadableStream as NodeStream } from 'node:stream/web'
import type { Context } from 'hono'
import type { DirectSounds, Received } from '../../../src/conversation/direct-port.ts'
import { languageCode } from '../../../src/media/language.ts'
import type { Chance } from '../../../src/ports/clock.ts'
import type { Folder } from '../../../src/ports/scratch.ts'
import { type BodyReader, bodyLimit, textLimit } from '../body.ts'
import type { WebEnv } from '../env.ts'
import { plainFileName } from '../file-name.ts'
import { type Field, multipart, textOf } from '../multipart.ts'
import { Problem } from '../problem.ts'
import { check } from '../schema.ts'
import { speechBody, transcriptionForm } from './audio-body.ts'

export interface AudioParts {
  readonly sounds: DirectSounds
  readonly bodies: BodyReader
  readonly chance: Chance
}

/** POST /audio/speech: the sound, once it is whole. */
export async function speech(c: Context<WebEnv>, parts: AudioParts): Promise<Response> {
  const { text, model, voice, format, speed, instructions } = check(
    speechBody,
    await parts.bodies.json(c.env.incoming),
  )
  const spoken = await parts.sounds.speak(
    {
      ...from(c, parts.chance, 'speech'),
      text,
      ...(model !== undefined && { model }),
      ...(voice !== undefined && { voice }),
      ...(format !== undefined && { format }),
      ...(speed !== undefined && { speed }),
      ...(instructions !== undefined && { instructions }),
    },
    c.req.raw.signal,
  )
  return new Response(spoken.body.stream(), {
    headers: {
      'content-type': spoken.type,
      'content-length': String(spoken.body.size),
      'content-disposition': `inline; filename="${spoken.name}"`,
    },
  })
}

/** POST /audio/transcriptions: what is said in a file, which goes to disk as it comes. */
export async function transcription(c: Context<WebEnv>, parts: AudioParts): Promise<Response> {
  const chunks = parts.bodies.stream(c.env.incoming, bodyLimit)
  const fields = multipart(c.req.header('content-type'), chunks)
  const { text, language, seconds } = await parts.sounds.transcribe(
    {
      ...from(c, parts.chance, 'transcription'),
      receive: (folder, signal) => received(fields, folder, signal),
    },
    c.req.raw.signal,
  )
  return c.json({ text, language, duration: Math.round(seconds * 1_000) / 1_000 })
}

async function received(
  fields: AsyncIterable<Field>,
  folder: Folder,
  signal: AbortSignal,
): Promise<Received> {
  const words: Record<string, string> = {}
  let file: Pick<Received, 'path' | 'name' | 'sha256'> | null = null
  let left = textLimit
  for await (const field of fields) {
    if (field.name === 'file') {
      if (file !== null) throw new Problem(400, 'file: is there twice. Send one recording a request.')
      file = await kept(field, folder, signal)
    } else {
      if (Object.hasOwn(words, field.name))
        throw new Problem(400, `${field.name.slice(0, 60)}: is there twice. Send it once.`)
      const value = await textOf(field.body, left)
      left -= value.length
      words[field.name] = value
    }
  }
  // The bytes are on disk already: an empty file stands for them.
  const form = { ...words, ...(file && { file: new File([], file.name) }) }
  const { model, language, prompt } = check(transcriptionForm, form)
  if (file === null) throw new Error('a form without a file was let through')
  return {
    ...file,
    model,
    language: (language !== undefined && languageCode(language)) || undefined,
    vocabulary: prompt,
  }
}

async function kept({ filename, body }: Field, folder: Folder, signal: AbortSignal) {
  const hash = createHash('sha256')
  const path = folder.path('')
  const stream = NodeStream.from(body) as ReadableStream<Uint8Array>
  const size = await folder.write(path, stream, (chunk) => void hash.update(chunk), signal)
  if (size === 0) throw new Problem(400, 'file: is empty. Send a recording.')
  return { path, name: plainFileName(filename ?? '', 'recording'), sha256: hash.digest('hex') }
}

/** The id books the money. Callers choose their request ids, so those would let them pay once for many. */
function from(c: Context<WebEnv>, chance: Chance, channel: string) {
  const person = c.get('caller')
  return {
    id: `rest_${chance.uuid()}`,
    spender: { platform: 'rest', workspace: 'local', channel, person },
  }
}
