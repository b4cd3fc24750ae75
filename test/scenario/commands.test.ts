import { describe, expect, it, vi } from 'vitest'
import { talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { shows } from './watching.ts'

describe('commands', () => {
  it('/help lists every command, to the caller alone', async () => {
    const house = await openHouse()
    await talk(house).command('help')
    await shows(house, '/persona')
    const text = house.chat.visible()[0]?.part.markdown ?? ''
    for (const { name } of house.chat.intake.commands) expect(text).toContain(`/${name}`)
    expect(house.chat.ledger.find(({ call }) => call === 'send')).toMatchObject({ privateTo: 'pia' })
  })

  it('/model sets the model of the channel, kept, and names a mistyped one', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('model', { name: 'othr' })
    await shows(house, /no model `othr`.*Did you mean `other`/)
    await pia.command('model', { name: 'other' })
    await shows(house, 'uses `other`')
    await pia.say('Hello?')
    expect((await house.model.next()).request.model).toBe('other')
    await talk(house, undefined, 'elsewhere').say('Hello?')
    expect((await house.model.next()).request.model).toBe('scripted')
  })

  it('/persona sets the instructions of the channel', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('persona', { text: 'Answer like a pirate.' })
    await shows(house, 'pirate')
    await pia.say('Hello?')
    expect((await house.model.next()).request.instructions).toBe('Answer like a pirate.')
  })

  it('/new forgets the history', async () => {
    const house = await openHouse()
    house.model.always(() => ['Noted.'])
    const pia = talk(house)
    const { thread } = await pia.say('My name is Pia')
    await shows(house, 'Noted.')
    await pia.command('new', {}, thread)
    await shows(house, 'Forgotten')
    await pia.say('Who am I?', thread)
    await vi.waitFor(() => expect(house.model.requests).toHaveLength(2))
    expect(house.model.requests[1]?.messages).toHaveLength(1)
  })

  it('/ask answers in the channel, or to the caller alone and then without a trace in memory', async () => {
    const house = await openHouse()
    house.model.always(() => ['Aye.'])
    const pia = talk(house)
    await pia.command('ask', { prompt: 'Secretly?', private: true })
    await shows(house, 'Aye.')
    expect(house.chat.ledger.find(({ call }) => call === 'send')).toMatchObject({ privateTo: 'pia' })
    await pia.command('ask', { prompt: 'Openly?' })
    await vi.waitFor(() => expect(house.model.requests).toHaveLength(2))
    expect(JSON.stringify(house.model.requests[1])).not.toContain('Secretly')
  })

  it('an unknown command is answered in words', async () => {
    const house = await openHouse()
    await talk(house).command('dance')
    await shows(house, 'no command `/dance`')
  })

  it('/stop says so when nothing is being written', async () => {
    const house = await openHouse()
    await talk(house).command('stop')
    await shows(house, 'Nothing is being written')
  })
})
