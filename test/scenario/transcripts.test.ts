import { describe, expect, it, vi } from 'vitest'
import { heardKey } from '../../src/media/hearing.ts'
import type { FileRef, InboundEvent, MessageRef } from '../../src/ports/event.ts'
import { ModelError } from '../../src/ports/failure.ts'
import { person, talk } from '../fakes/people.ts'
import { createScriptedSenses } from '../fakes/scripted-senses.ts'
import { type House, openHouse } from './house.ts'
import { settled, shows, soon, texts } from './watching.ts'

const pia = person('pia')

/** As far as its first bytes tell, a voice note. */
const bytes = Buffer.concat([
  Buffer.from('OggS\0\x02', 'latin1'),
  Buffer.alloc(8),
  Buffer.alloc(12),
  Buffer.from('\x01\x13OpusHead\x01\x01', 'latin1'),
  Buffer.alloc(300),
])

function putNote(house: House, id = 'note.ogg'): FileRef {
  const file: FileRef = {
    id,
    name: id,
    type: 'audio/ogg',
    size: bytes.length,
    url: null,
    voice: { seconds: 3 },
  }
  house.chat.putFile(file, bytes)
  return file
}

const answerIn = (house: House): { id: string; controls: readonly string[] } => {
  const { id, part } = house.chat.visible().at(-1)!
  return { id, controls: part.controls }
}

/** The form that the button asks for is sent off with these words. */
async function correct(house: House, thread: string, about: MessageRef, text: string | null, by = pia) {
  const place = {
    conversation: { platform: 'chat', workspace: 'team', channel: 'general', thread },
    root: null,
    direct: false,
    via: 'the form',
  }
  const form = await house.chat.intake.form('correct', place, by, about)
  const event: InboundEvent = {
    ...{ kind: 'command', id: `correct:${by.id}:${text}`, at: Date.now(), place, by },
    ...{ name: 'correct', options: text === null ? {} : { text }, message: null, about },
  }
  await house.chat.intake.admit(event)
  return form
}

/** A voice note that was answered. */
async function noted(heard = 'My name is Kai.') {
  const house = await openHouse()
  house.scripted.hears(async ({ sound }) => {
    expect(Buffer.from(await sound.arrayBuffer())).toEqual(bytes)
    return heard
  })
  house.model.always(({ messages }) => [`Asked: ${JSON.stringify(messages.at(-1)?.content)}`])
  const { thread } = await talk(house).say('', null, [putNote(house)])
  await settled(house, 1)
  const about = { channel: 'general', id: answerIn(house).id }
  return { house, thread, about }
}

describe('a voice note', () => {
  it('is quoted and answered, and its answer has a button to correct it', async () => {
    const { house } = await noted()
    expect(texts(house)[0]).toMatch(/^> .*My name is Kai\.\n\nAsked: .*My name is Kai/s)
    expect(answerIn(house).controls).toEqual(['regenerate', 'read_aloud', 'correct', 'thumbs'])
    expect(house.scripted.asked.transcribe).toHaveLength(1)
  })

  it('is corrected by its asker, and answered anew with the right words, without being heard again', async () => {
    const { house, thread, about } = await noted()
    const form = await correct(house, thread, about, 'My name is Kay.')
    expect(form).toMatchObject({
      title: 'Correct what was heard',
      fields: [{ name: 'text', value: 'My name is Kai.', lines: 'many', longest: 3000 }],
    })
    await shows(house, /^> .*My name is Kay\.\n\nAsked: .*My name is Kay/s)
    expect(house.chat.visible().filter(({ id }) => id === about.id)).toHaveLength(1)
    expect(texts(house).join('\n')).not.toContain('Kai')
    expect(house.scripted.asked.transcribe).toHaveLength(1)
  })

  it('is corrected by nobody else, unless they moderate', async () => {
    const { house, thread, about } = await noted()
    expect(await correct(house, thread, about, 'Wrong', person('bob'))).toBeNull()
    await shows(house, /Only the person who asked, or somebody who may moderate here, can correct/)
    await correct(house, thread, about, 'Right', person('mod', { moderator: true }))
    await shows(house, /> .*Right/)
    expect(texts(house).join('\n')).not.toContain('Wrong')
  })

  it('that is long is corrected in its beginning, and keeps its end', async () => {
    const { house, thread, about } = await noted(`${'word '.repeat(1_000)}the end`)
    const form = await correct(house, thread, about, 'Short.')
    expect(form?.fields[0]?.value.length).toBeLessThanOrEqual(3_000)
    await vi.waitFor(() => expect(house.model.requests).toHaveLength(2), soon)
    const said = JSON.stringify(house.model.requests[1]?.messages.at(-1)?.content)
    expect(said).toMatch(/Short\. (word ){400,401}the end/)
  })

  it('that is long and corrected by two at once says in the end what the later one wrote, and ends as before', async () => {
    const { house, thread, about } = await noted(`${'word '.repeat(1_000)}the end`)
    await correct(house, thread, about, 'Short.')
    await vi.waitFor(() => expect(house.model.requests).toHaveLength(2), soon)
    await settled(house, 2)
    const form = await correct(house, thread, about, 'Other words.')
    expect(form?.fields[0]?.value).toBe('Short.')
    await vi.waitFor(() => expect(house.model.requests).toHaveLength(3), soon)
    const said = JSON.stringify(house.model.requests[2]?.messages.at(-1)?.content)
    expect(said).toMatch(/\\nOther words\. (word ){400,401}the end/)
  })

  it('is forgotten with the message when that is deleted, answered or not', async () => {
    const house = await openHouse()
    house.model.always(() => ['Yes.'])
    const said = await talk(house).say('', null, [putNote(house)])
    await settled(house, 1)
    const key = heardKey({ platform: 'chat', workspace: 'team' }, 'note.ogg')
    expect(await house.senses.hearing.before(key)).not.toBeNull()
    await talk(house).remove(said.message, said.thread)
    await vi.waitFor(async () => expect(await house.senses.hearing.before(key)).toBeNull(), soon)

    const other = await openHouse()
    const asked = await talk(other).say('', null, [putNote(other)])
    const reply = await other.model.next()
    reply.say('Well')
    await shows(other, 'Well')
    expect(await other.senses.hearing.before(key)).not.toBeNull()
    await talk(other).remove(asked.message, asked.thread)
    await settled(other, 1)
    await vi.waitFor(async () => expect(await other.senses.hearing.before(key)).toBeNull(), soon)
  })

  it('has no form, and says so, once it is forgotten', async () => {
    const { house, thread } = await noted()
    const nowhere = { channel: 'general', id: 'b999' }
    expect(await correct(house, thread, nowhere, 'Something')).toBeNull()
    await shows(house, 'not in my memory any more')
  })
})

describe('/transcribe', () => {
  it('writes down what was said, with its length and language, and asks no model more', async () => {
    const house = await openHouse()
    house.scripted.hears(() => 'Good *day*.\nBye.')
    await talk(house).command('transcribe', { file: putNote(house), language: 'German' }, 't1')
    await shows(house, '**3 s, English**\n\n> Good *day*.\n> Bye.')
    await settled(house, 1)
    expect(house.scripted.asked.transcribe).toMatchObject([{ language: 'de' }])
    expect(house.model.requests).toEqual([])
    expect(answerIn(house).controls).toEqual([])
  })

  it('shows the beginning of what is long, with all of it in a file', async () => {
    const house = await openHouse()
    const long = 'A sentence of words. '.repeat(200).trim()
    house.scripted.hears(() => long)
    await talk(house).command('transcribe', { file: putNote(house) }, 't1')
    await settled(house, 1)
    const [text, enclosed] = house.chat.visible().map(({ part }) => part)
    expect(text?.markdown).toMatch(/^\*\*3 s, English\*\*\n\n> A sentence.{400,700} …$/)
    expect(enclosed?.file).toMatchObject({ kind: 'transcript', name: 'note.txt' })
    const file = enclosed?.file
    expect(file?.kind === 'transcript' && (await file.body.text())).toBe(`${long}\n`)
  })

  it('makes subtitles where they are asked for', async () => {
    const house = await openHouse()
    await talk(house).command('transcribe', { file: putNote(house), as: 'srt' }, 't1')
    await settled(house, 1)
    const file = house.chat.visible().at(-1)?.part.file
    expect(file).toMatchObject({ name: 'note.srt' })
    expect(file?.kind === 'transcript' && (await file.body.text())).toBe(
      '1\n00:00:00,000 --> 00:00:03,000\nWhat was said.\n',
    )
  })

  it.each([
    [{ file: true, language: 'klingon' }, /`klingon` is no language that I know/],
    [{}, /There is no recording to transcribe/],
  ])(
    'says what is wrong with %j',
    async ({ file, ...options }: { file?: boolean; language?: string }, words) => {
      const house = await openHouse()
      await talk(house).command('transcribe', { ...options, ...(file && { file: putNote(house) }) }, 't1')
      await shows(house, words)
      expect(house.scripted.asked.transcribe).toEqual([])
    },
  )

  it('names the file and the reason when the model fails, and works the next time', async () => {
    const house = await openHouse({ scripted: createScriptedSenses() })
    house.scripted.hears(() => {
      throw new ModelError('server', 'OpenAI has a problem (500).')
    })
    const file = putNote(house)
    await talk(house).command('transcribe', { file }, 't1')
    await shows(house, '`note.ogg`: it could not be transcribed. OpenAI has a problem (500).')
    // No button makes it once more.
    expect(texts(house).join()).toContain('To try again, call the command once more.')
    await vi.waitFor(() => expect(answerIn(house).controls).toEqual([]), soon)
    house.scripted.hears(() => 'Hello.')
    await talk(house).command('transcribe', { file }, 't1')
    await shows(house, '> Hello.')
  })
})
