import { expect, it } from 'vitest'
import type { FileRef, InboundEvent } from '../../src/ports/event.ts'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { settled } from './watching.ts'

it('a file too large for the past stays out of it also after its question was edited', async () => {
  const house = await openHouse()
  house.model.always(() => ['Ok.'])
  const text = 'alpha beta gamma delta '.repeat(2_500)
  const file: FileRef = { id: 'doc', name: 'doc.txt', type: 'text/plain', size: text.length, url: null }
  house.chat.putFile(file, Buffer.from(text))
  const pia = talk(house)
  const { thread, place, message } = await pia.say('Read this', null, [file])
  await settled(house, 1)
  const asked = () => JSON.stringify(house.model.requests.at(-1)?.messages)
  await pia.say('Second', thread)
  await settled(house, 2)
  expect(asked()).toContain('Read this')
  expect(asked()).not.toContain('gamma')

  const edit: InboundEvent = {
    ...{ kind: 'edit', id: 'e1', at: Date.now(), by: person('pia'), place, message },
    ...{ text: 'Read this, please', files: [file] },
  }
  await house.chat.intake.admit(edit)
  await settled(house, 3)
  expect(asked()).toContain('gamma')
  await pia.say('Third', thread)
  await settled(house, 4)
  expect(asked()).toContain('Read this, please')
  expect(asked()).not.toContain('gamma')
})
