import { describe, expect, it, vi } from 'vitest'
import { settingsKey } from '../../src/conversation/keys.ts'
import type { House } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { settled, shows, texts } from './watching.ts'

describe('commands', () => {
  it('/help lists every command, to the caller alone', async () => {
    const house = await openHouse()
    await talk(house).command('help')
    await shows(house, '/persona')
    const text = house.chat.visible()[0]?.part.markdown ?? ''
    for (const { name, menuOnly, buttonOnly } of house.chat.intake.commands) {
      if (menuOnly || buttonOnly) expect(text).not.toContain(`/${name}`)
      else expect(text).toContain(`/${name}`)
    }
    expect(house.chat.ledger.find(({ call }) => call === 'send')).toMatchObject({ privateTo: 'pia' })
  })

  it('/model sets the model of the channel, kept, and names a mistyped one', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('model', { name: 'othr' })
    await shows(house, /no model `othr`.*Did you mean `other`/)
    await pia.command('model', { name: 'other' })
    await shows(house, 'use `other`')
    await pia.say('Hello?')
    expect((await house.model.next()).request.model).toBe('other')
    await talk(house, undefined, 'elsewhere').say('Hello?')
    expect((await house.model.next()).request.model).toBe('scripted')
  })

  it.each(['always: on', 'voice: cedar', 'my own'])('no voice is called %j', async (name) => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('voice', { name })
    await shows(house, `There is no voice \`${name}\`. A voice's name is one word without a colon.`)
    await pia.command('speak', { text: 'Good day', voice: name })
    await vi.waitFor(() => expect(texts(house).filter((text) => text.includes('one word'))).toHaveLength(2))
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

  it('/settings shows what holds here and how to change it, to the caller alone', async () => {
    const house = await openHouse()
    await talk(house).command('settings')
    await shows(house, /`scripted`[\s\S]*Be brief\.[\s\S]*`\/model <name>`, `\/voice` and `\/persona <text>`/)
    expect(house.chat.ledger.find(({ call }) => call === 'send')).toMatchObject({ privateTo: 'pia' })
  })

  it('/settings sets what is given, for all to see, and goes back when a field is emptied', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('settings', { model: 'other', persona: 'Answer like a pirate.' })
    await shows(house, /use `other`[\s\S]*pirate/)
    expect(house.chat.ledger.find(({ call }) => call === 'send')).toMatchObject({ privateTo: null })
    await pia.say('Hello?')
    expect((await house.model.next()).request).toMatchObject({
      model: 'other',
      instructions: 'Answer like a pirate.',
    })
    await pia.command('settings', { model: '', persona: '' })
    await shows(house, /Back to the default: `scripted`[\s\S]*Back to the default instructions/)
    await pia.say('And now?')
    expect((await house.model.next()).request).toMatchObject({
      model: 'scripted',
      instructions: 'Be brief.',
    })
  })

  it('/settings sets nothing when one of the fields can’t be had', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('settings', { model: 'othr', persona: 'Answer like a pirate.' })
    await shows(house, /no model `othr`.*Did you mean `other`/)
    expect(texts(house).join()).not.toContain('pirate')
    await pia.command('persona')
    await shows(house, 'Be brief.')
  })

  it('a form that comes back as it was given out changes nothing', async () => {
    const house = await openHouse()
    const pia = talk(house)
    for (const command of ['settings', 'persona']) {
      const form = await formOf(house, command)
      const options = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]))
      expect(Object.values(options)).toContain('Be brief.')
      await pia.command(command, options)
    }
    await vi.waitFor(() => expect(texts(house)).toHaveLength(2))
    for (const text of texts(house)) expect(text).toContain('Nothing changed')
    const { place } = await pia.say('Hello?')
    expect(await house.database.store.get(settingsKey(place.conversation))).toBeUndefined()
  })

  it('people’s words come back as code, so that nothing in them mentions anyone', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('model', { name: '<@1> `@everyone`' })
    await shows(house, "no model `<@1> '@everyone'`")
    await pia.command('persona', { text: 'Greet <@1>.\n```\n@everyone' })
    await shows(house, "```text\nGreet <@1>.\n'''\n@everyone\n```")
  })

  it('Summarise asks in Parley’s own words about the message, for the caller alone', async () => {
    const house = await openHouse()
    house.model.always(() => ['In short: no.'])
    const pia = talk(house)
    const { place } = await pia.say('Hello?')
    await settled(house, 1)
    await house.chat.intake.admit({
      kind: 'command',
      id: 'menu:1',
      at: Date.now(),
      by: person('grace'),
      place: { ...place, root: null },
      name: 'summarise',
      options: {},
      message: null,
      quotes: [{ author: 'Pia', text: 'A very long story.' }],
    })
    await shows(house, 'In short')
    await settled(house, 2)
    const last = house.model.requests[1]?.messages.at(-1)
    expect(JSON.stringify(last)).toMatch(/Pia wrote:.*A very long story.*Summarise the message quoted above/)
    expect(house.chat.ledger.findLast(({ call }) => call === 'send')).toMatchObject({ privateTo: 'grace' })
    await pia.say('Go on', place.conversation.thread)
    await settled(house, 3)
    expect(JSON.stringify(house.model.requests[2])).not.toContain('very long story')
  })
})

describe('what a platform asks while people type', () => {
  it('is a form with what holds at the place', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('settings', { model: 'other', persona: 'Answer like\na pirate.' })
    await shows(house, 'pirate')
    expect(await formOf(house, 'settings')).toMatchObject({
      fields: [
        { name: 'model', lines: 'one', value: 'other' },
        { name: 'persona', lines: 'many', value: 'Answer like\na pirate.', longest: 4000 },
      ],
    })
    expect(await formOf(house, 'ask')).toMatchObject({ fields: [{ name: 'prompt', required: true }] })
  })

  it('is nothing for commands without a form and for those who may not use Parley', async () => {
    const house = await openHouse({ people: ['pia'] })
    const { place } = await talk(house).say('Hello?')
    const { form } = house.chat.intake
    expect(await form('settings', place, person('pia'))).not.toBeNull()
    expect(await form('settings', place, person('eve'))).toBeNull()
    expect(await form('settings', place, person('pia', { bot: true }))).toBeNull()
    expect(await form('help', place, person('pia'))).toBeNull()
    expect(await form('dance', place, person('pia'))).toBeNull()
  })

  it('keeps to what platforms allow: every title, field and description is short enough', async () => {
    const house = await openHouse()
    const { place } = await talk(house).say('Hello?')
    for (const { name, description, menu, form, options, buttonOnly } of house.chat.intake.commands) {
      expect(description.length).toBeLessThanOrEqual(100)
      for (const option of options) expect(option.description.length).toBeLessThanOrEqual(100)
      expect(menu?.length ?? 0).toBeLessThanOrEqual(32)
      const filled = await house.chat.intake.form(name, place, person('pia'))
      // A button's form is about the answer under which it stands.
      expect(filled !== null).toBe(form === true && !buttonOnly)
      expect(filled?.title.length ?? 0).toBeLessThanOrEqual(45)
      for (const field of filled?.fields ?? []) {
        expect(options.map((option) => option.name)).toContain(field.name)
        expect(field.label.length).toBeLessThanOrEqual(45)
        expect(field.value.length).toBeLessThanOrEqual(field.longest)
      }
    }
  })

  it('is the models that fit', async () => {
    const house = await openHouse()
    const { suggest } = house.chat.intake
    expect(await suggest('models', 'oth', new AbortController().signal)).toEqual(['other'])
  })
})

async function formOf(house: House, command: string) {
  const place = await house.chat.intake.place({
    platform: 'chat',
    workspace: 'team',
    channel: 'general',
    thread: null,
    message: { channel: 'general', id: 'm' },
    repliesTo: null,
    direct: false,
    threadIfOpened: null,
  })
  const form = await house.chat.intake.form(command, place, person('pia'))
  if (form === null) throw new Error(`/${command} has no form`)
  return form
}
