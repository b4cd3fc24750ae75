import { describe, expect, it, vi } from 'vitest'
import type { InboundEvent } from '../../src/ports/event.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { MediaFile } from '../../src/ports/platform.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import type { House } from '../fakes/house.ts'
import { person, talk } from '../fakes/people.ts'
import { createScriptedSenses } from '../fakes/scripted-senses.ts'
import { openHouse } from './house.ts'
import { nothingMore, settled, shows, soon, texts } from './watching.ts'

/** The sounds as people have them now. */
const sounds = (house: House): MediaFile[] =>
  house.chat.visible().flatMap(({ part: { file } }) => (file?.kind === 'sound' ? [file] : []))

const sounding = async (house: House, ...words: string[]): Promise<void> => {
  await vi.waitFor(() => expect(sounds(house)).toHaveLength(words.length), soon)
  const said = await Promise.all(sounds(house).map(({ body }) => body.text()))
  expect(said).toEqual(words.map((text) => `sound:${text}`))
}

/** In which sounds are best sent as voice messages. */
function voiceChat() {
  const chat = createChatPlatform()
  chat.platform.takesVoice = () => true
  return chat
}

let count = 0
/** Wants the last message of the thread to be heard. */
const readAloud = (house: House, thread: string, more: Partial<InboundEvent> = {}) => {
  const last = house.chat.visible().findLast((message) => message.thread === thread)
  const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread }
  const answer = { channel: 'general', id: last?.id ?? 'none' }
  const place = { conversation, root: null, direct: false }
  const base = {
    kind: 'read_aloud',
    id: `aloud:${++count}`,
    at: Date.now(),
    by: person('ida'),
    place,
    answer,
  }
  return house.chat.intake.admit({ ...base, ...more } as InboundEvent)
}

describe('speak', () => {
  it('sends the words as a sound, and makes the same only once', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('speak', { text: '# Hello\n\n*you*' })
    await sounding(house, 'Hello.\nyou')
    expect(sounds(house)[0]).toMatchObject({ name: 'speech.mp3', type: 'audio/mp3', seconds: 3 })
    await pia.command('speak', { text: '# Hello\n\n*you*' })
    await sounding(house, 'Hello.\nyou', 'Hello.\nyou')
    expect(house.scripted.asked.speak).toHaveLength(1)
  })

  it('speaks in the format and the voice that were asked for', async () => {
    const house = await openHouse({ chat: voiceChat() })
    await talk(house).command('speak', { text: 'Hello', format: 'flac', voice: 'nova' })
    await sounding(house, 'Hello')
    expect(house.scripted.asked.speak).toMatchObject([{ format: 'flac', voice: 'nova' }])
    expect(sounds(house)[0]?.voice).toBeUndefined()
  })

  it('is a voice message where the platform has them', async () => {
    const house = await openHouse({ chat: voiceChat() })
    await talk(house).command('speak', { text: 'Hello' })
    await sounding(house, 'Hello')
    expect(sounds(house)[0]?.voice).toMatchObject({ seconds: 3 })
    expect(sounds(house)[0]?.voice?.waveform).toHaveLength(256)
  })

  it('is an ordinary file where a voice message is not taken after all', async () => {
    const refusing = () => {
      const chat = voiceChat()
      const { send } = chat.platform
      chat.platform.send = (place, part, how) =>
        part.file?.kind === 'sound' && part.file.voice
          ? Promise.resolve({ kind: 'no_voice', why: 'not here' })
          : send.call(chat.platform, place, part, how)
      return chat
    }
    const house = await openHouse({ chat: refusing() })
    await talk(house).command('speak', { text: 'Hello' })
    await sounding(house, 'Hello')
    expect(sounds(house)[0]?.voice).toBeUndefined()
    expect(house.scripted.asked.speak.map(({ format }) => format)).toEqual(['opus', 'mp3'])

    const scripted = createScriptedSenses({ ffmpeg: async () => '8.0' })
    const other = await openHouse({ scripted, chat: refusing() })
    await talk(other).command('speak', { text: 'Hello' })
    await sounding(other, 'Hello')
    expect(sounds(other)[0]).toMatchObject({ name: 'speech.mp3' })
    expect(scripted.asked.speak.map(({ format }) => format)).toEqual(['opus'])
    expect(await other.database.ledger.spent({}, 0)).toMatchObject({ reserved: 0 })
  })

  it('says in words when there is nothing to say, or the voice fails', async () => {
    const house = await openHouse()
    await talk(house).command('speak', { text: '```\n1\n```' })
    await shows(house, 'no words in it to read aloud')
    expect(house.scripted.asked.speak).toEqual([])
    expect(texts(house).join()).not.toContain('once more')
    house.scripted.speaks(() => {
      throw new ModelError('server', 'OpenAI has a problem (500).')
    })
    await talk(house).command('speak', { text: 'Hello' })
    await shows(house, 'OpenAI has a problem (500). To try again, call the command once more.')
    await vi.waitFor(() => expect(house.chat.visible().at(-1)?.part.controls).toEqual([]), soon)
  })

  it('is a smaller file where what is usual would not fit', async () => {
    const house = await openHouse()
    await talk(house).command('speak', { text: 'One more sentence. '.repeat(500) })
    await vi.waitFor(() => expect(sounds(house)).toHaveLength(1), soon)
    expect(house.scripted.asked.speak[0]).toMatchObject({ format: 'opus' })
  })

  it('is a smaller file, and says so, where the format that was named would not fit', async () => {
    const house = await openHouse({ chat: voiceChat() })
    await talk(house).command('speak', { text: 'One more sentence. '.repeat(200), format: 'wav' })
    await shows(
      house,
      'sent as opus: as wav, a text of this length makes a file larger than can be sent here',
    )
    await vi.waitFor(() => expect(sounds(house)).toHaveLength(1), soon)
    expect(house.scripted.asked.speak.map(({ format }) => format)).toEqual(['opus'])
  })

  it('says that only the beginning of a long text is spoken', async () => {
    const house = await openHouse()
    await talk(house).command('speak', { text: 'One more sentence. '.repeat(1_200) })
    await shows(house, 'only the beginning is read aloud: at most 20,000 characters')
    await vi.waitFor(() => expect(sounds(house)).toHaveLength(1), soon)
  })

  it('stops when it is told to, and sends nothing', async () => {
    const house = await openHouse()
    const called = Promise.withResolvers<AbortSignal>()
    house.scripted.speaks((_request, signal) => {
      called.resolve(signal)
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      )
    })
    const pia = talk(house)
    await pia.command('speak', { text: 'Hello' }, 'm1')
    const signal = await called.promise
    await pia.stop('m1')
    await shows(house, 'stopped')
    expect(signal.aborted).toBe(true)
    expect(sounds(house)).toEqual([])
  })
})

describe('Read aloud', () => {
  it('reads an answer to whoever wants to hear it, in its thread', async () => {
    const house = await openHouse()
    house.model.always(() => ['The **answer**.'])
    const { thread } = await talk(house).say('A question?')
    await settled(house, 1)
    await readAloud(house, thread)
    await sounding(house, 'The answer.')
    expect(house.chat.visible().at(-1)).toMatchObject({ thread })
    expect(texts(house)).toContain('The **answer**.')
  })

  it('reads a message from its menu, and says when that has no words', async () => {
    const house = await openHouse()
    const { intake } = house.chat
    const place = await intake.place({
      ...{ platform: 'chat', workspace: 'team', channel: 'general', thread: 'm1' },
      ...{ message: { channel: 'general', id: '' }, repliesTo: null, direct: false, threadIfOpened: null },
    })
    const base = {
      kind: 'command',
      name: 'read-aloud',
      at: 0,
      by: person('pia'),
      place,
      options: {},
    } as const
    const quotes = [{ author: 'Ida', text: 'What she said.' }]
    await intake.admit({ ...base, id: 'menu:1', message: null, quotes })
    await sounding(house, 'What she said.')
    await intake.admit({ ...base, id: 'menu:2', message: null, quotes: [] })
    await shows(house, 'no words in it to read aloud')
  })

  it('is silent about what is no answer, when nobody pressed a button', async () => {
    const house = await openHouse()
    await readAloud(house, 'nowhere', { quiet: true } as Partial<InboundEvent>)
    await nothingMore(house)
    expect(house.chat.visible().every(({ thread }) => thread !== 'nowhere')).toBe(true)
  })
})

describe('the voice of a channel', () => {
  it('is set by its command, kept, and shown', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('voice', { name: 'Cedar', format: 'wav', speed: '1,5', instructions: 'Be calm.' })
    await shows(house, 'speak as `cedar`')
    await pia.command('speak', { text: 'Hello' })
    await sounding(house, 'Hello')
    expect(house.scripted.asked.speak[0]).toMatchObject({
      ...{ voice: 'cedar', format: 'wav', speed: 1.5, instructions: 'Be calm.' },
    })
    await pia.command('voice')
    await shows(house, /\*\*Voice:\*\* `cedar`, files as wav, 1\.5 times.*on demand\..*Be calm\./s)
    await pia.command('settings')
    await shows(house, /\*\*Model:\*\*.*\*\*Voice:\*\* `cedar`/s)
  })

  it('goes back to the default', async () => {
    const house = await openHouse()
    const pia = talk(house)
    await pia.command('voice', { name: 'cedar', format: 'wav', speed: '2', always: 'on' })
    const back = { name: 'default', format: 'default', speed: 'default', always: 'default' }
    await pia.command('voice', { ...back, instructions: 'default' })
    await shows(house, /Back to the default voice: `marin`.*default format: mp3.*there are none/s)
    await pia.command('voice')
    await shows(house, /\*\*Voice:\*\* `marin`, files as mp3\. Answers are read aloud on demand\./)
  })

  it('may be one that is not known, which is said', async () => {
    const house = await openHouse()
    await talk(house).command('voice', { name: 'marinn' })
    await shows(house, /speak as `marinn`.*I don't know that voice.*Did you mean `marin`\?/)
    await talk(house, undefined, 'elsewhere').command('voice', { name: 'af_bella' })
    await shows(house, /speak as `af_bella`.*alloy, ash/)
  })

  it.each([
    ['speed', '9', /speed `9` can't be used.*0\.25 to 4/],
    ['speed', 'fast', /`fast` can't be used/],
    ['format', 'ogg', /no format `ogg`.*mp3, opus/],
    ['always', 'maybe', /`maybe` is neither on nor off/],
    ['name', 'x'.repeat(101), /at most 100 characters/],
    ['instructions', 'x'.repeat(2_001), /2,000 characters; these are 2,001/],
  ])('refuses a wrong %s in words, and sets nothing: %s', async (option, value, words) => {
    const house = await openHouse()
    await talk(house).command('voice', { always: 'on', [option]: value })
    await shows(house, words)
    await talk(house).command('voice')
    await shows(house, 'on demand')
  })
})

describe('where every answer is spoken', () => {
  async function spokenHouse() {
    const house = await openHouse()
    house.model.always(() => ['The answer.'])
    await talk(house).command('voice', { always: 'on' })
    await shows(house, 'Every answer is read aloud')
    return house
  }

  it('each answer is followed by its sound', async () => {
    const house = await spokenHouse()
    const { thread } = await talk(house).say('A question?')
    await sounding(house, 'The answer.')
    expect(house.chat.visible().at(-1)).toMatchObject({ thread })
    await talk(house, undefined, 'elsewhere').say('Another?')
    await settled(house, 3)
    await nothingMore(house)
    expect(sounds(house)).toHaveLength(1)
  })

  it('private answers are not', async () => {
    const house = await spokenHouse()
    await talk(house).command('ask', { prompt: 'Secretly?', private: true })
    await shows(house, 'The answer.')
    await nothingMore(house)
    expect(sounds(house)).toEqual([])
  })
})
