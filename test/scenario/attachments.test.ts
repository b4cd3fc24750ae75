import { expect, it } from 'vitest'
import type { FileRef } from '../../src/ports/event.ts'
import { talk } from '../fakes/people.ts'
import { png } from '../fakes/png.ts'
import { openHouse } from './house.ts'
import { settled, texts } from './watching.ts'

const flac = Buffer.from(`fLaC${' '.repeat(100)}`)

const file = (id: string, more: Partial<FileRef> = {}): FileRef => ({
  ...{ id, name: id, type: null, size: null, url: null },
  ...more,
})

const promptOf = (request: unknown): string => JSON.stringify(request)

it('answers a voice note: what was said is quoted, is the question, and is known later without being heard again', async () => {
  const house = await openHouse()
  house.scripted.hears(() => 'How tall is the Eiffel Tower?')
  const note = file('note.ogg', { voice: { seconds: 3 } })
  house.chat.putFile(note, flac)
  const pia = talk(house)
  const { thread } = await pia.say('', null, [note])
  const first = await house.model.next()
  expect(promptOf(first.request.messages)).toContain('How tall is the Eiffel Tower?')
  first.say('330 metres.')
  first.end()
  await settled(house, 1)
  expect(texts(house)[0]).toBe('> 🎤 How tall is the Eiffel Tower?\n\n330 metres.')

  await pia.say('And in feet?', thread)
  const second = await house.model.next()
  expect(promptOf(second.request.messages[0])).toContain('How tall is the Eiffel Tower?')
  expect(promptOf(second.request.messages[1])).not.toContain('🎤')
  expect(house.scripted.asked.transcribe).toHaveLength(1)
  second.end()
})

it('answers a mix of files in their order, and names what it could not take', async () => {
  const house = await openHouse()
  const files = [file('a.txt'), file('b.png'), file('empty.pdf'), file('c.flac')]
  const bytes = [Buffer.from('the contract'), png(4, 3), Buffer.alloc(0), flac]
  for (const [i, one] of files.entries()) house.chat.putFile(one, bytes[i] ?? Buffer.alloc(0))
  await talk(house).say('What do you make of it?', null, files)
  const { request, say, end } = await house.model.next()
  expect(
    request.messages[0]?.content.map((part) => (part.kind === 'text' ? part.text.split('\n')[0] : part.kind)),
  ).toEqual([
    'What do you make of it?',
    '[File: a.txt]',
    'image',
    expect.stringMatching(/^\[Recording: c\.flac, 3 s, transcript\]/),
  ])
  say('Fine.')
  end()
  await settled(house, 1)
  expect(texts(house)[0]).toBe('> `empty.pdf`: the file is empty.\n> 🎤 What was said.\n\nFine.')
})

it('says so when there is nothing in the files to answer', async () => {
  const house = await openHouse()
  house.chat.putFile(file('empty.png'), Buffer.alloc(0))
  await talk(house).say('', null, [file('empty.png')])
  await settled(house, 1)
  expect(texts(house)[0]).toMatch(
    /^> `empty\.png`: the file is empty\.\n\nNothing else in this message is a question/,
  )
})
