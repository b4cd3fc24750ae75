import { describe, expect, it, vi } from 'vitest'
import type { InboundEvent } from '../../src/ports/event.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { MediaFile } from '../../src/ports/platform.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { person, talk } from '../fakes/people.ts'
import type { ScriptedSenses } from '../fakes/scripted-senses.ts'
import { type House, openHouse, temporaryDirectory } from './house.ts'
import { nothingMore, settled, shows, soon } from './watching.ts'

const sounds = (house: House): MediaFile[] =>
  house.chat.visible().flatMap(({ part: { file } }) => (file?.kind === 'sound' ? [file] : []))

const sounding = async (house: House, ...words: string[]): Promise<void> => {
  await vi.waitFor(async () => {
    const said = await Promise.all(sounds(house).map(({ body }) => body.text()))
    expect(said).toEqual(words.map((text) => `sound:${text}`))
  }, soon)
}

async function spokenHouse(options: Parameters<typeof openHouse>[0] = {}) {
  const house = await openHouse(options)
  house.model.always(() => ['The answer.'])
  await talk(house).command('voice', { always: 'on' })
  await shows(house, 'Every answer is read aloud')
  return house
}

/** A voice that speaks when it is told to, and tells when it was asked, and when nobody listens any more. */
function slowVoice(scripted: ScriptedSenses) {
  const asked = Promise.withResolvers<AbortSignal>()
  const go = Promise.withResolvers<void>()
  scripted.speaks(async ({ text }, signal) => {
    asked.resolve(signal)
    await Promise.race([
      go.promise,
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ])
    return new TextEncoder().encode(`sound:${text}`)
  })
  return { asked: asked.promise, go: go.resolve }
}

let count = 0
/** Wants the thread's first answer to be heard. */
const readAloud = (house: House, thread: string, more: Partial<InboundEvent> = {}) => {
  const id = house.chat.visible().find((message) => message.thread === thread)?.id ?? 'none'
  const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread }
  return house.chat.intake.admit({
    kind: 'read_aloud',
    ...{ id: `companion:${++count}`, at: Date.now(), by: person('ida'), answer: { channel: 'general', id } },
    place: { conversation, root: null, direct: false },
    ...more,
  } as InboundEvent)
}

/** Everything in the thread. */
const inThread = (house: House, thread: string) =>
  house.chat.visible().filter((message) => message.thread === thread)

describe('what is read aloud', () => {
  it('does not hold up the next question', async () => {
    const house = await spokenHouse()
    const voice = slowVoice(house.scripted)
    const pia = talk(house)
    const { thread } = await pia.say('A question?')
    await voice.asked
    await pia.say('Another?', thread)
    await vi.waitFor(() => expect(house.model.requests).toHaveLength(2), soon)
    await settled(house, 2)
    voice.go()
    await sounding(house, 'The answer.', 'The answer.')
  })

  it('is stopped after the answer that is being written, not before it', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('A question?')
    const first = await house.model.next()
    first.say('The answer.')
    first.end()
    await settled(house, 1)
    const voice = slowVoice(house.scripted)
    await readAloud(house, thread)
    const signal = await voice.asked
    await pia.say('Another?', thread)
    const second = await house.model.next()
    second.say('Half an ans')
    await shows(house, 'Half an ans')
    await pia.stop(thread)
    await settled(house, 2)
    expect(signal.aborted).toBe(false)
    await pia.stop(thread)
    await settled(house, 3)
    expect(signal.aborted).toBe(true)
    expect(sounds(house)).toEqual([])
  })

  it('is stopped by the command, too', async () => {
    const house = await openHouse()
    house.model.always(() => ['The answer.'])
    const pia = talk(house)
    const { thread } = await pia.say('A question?')
    await settled(house, 1)
    const voice = slowVoice(house.scripted)
    await readAloud(house, thread)
    const signal = await voice.asked
    await pia.command('stop', {}, '')
    await shows(house, 'Stopped.')
    expect(signal.aborted).toBe(true)
  })

  it('is stopped by the command together with the answer beside it, unless it is somebody else’s', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('A question?')
    const first = await house.model.next()
    first.say('The answer.')
    first.end()
    await settled(house, 1)
    const voice = slowVoice(house.scripted)
    await readAloud(house, thread)
    const signal = await voice.asked
    await pia.say('Another?', thread)
    const second = await house.model.next()
    second.say('Half an ans')
    await shows(house, 'Half an ans')
    await talk(house, person('eve')).command('stop', {}, thread)
    await nothingMore(house)
    expect([signal.aborted, second.aborted.aborted]).toEqual([false, false])
    await pia.command('stop', {}, thread)
    await settled(house, 3)
    expect(signal.aborted).toBe(true)
    expect(sounds(house)).toEqual([])
  })

  it('is one sound for all who want to hear it while it is being made', async () => {
    const house = await openHouse()
    house.model.always(() => ['The answer.'])
    const { thread } = await talk(house).say('A question?')
    await settled(house, 1)
    const voice = slowVoice(house.scripted)
    await readAloud(house, thread)
    await voice.asked
    await readAloud(house, thread)
    await readAloud(house, thread, { by: person('bob') })
    await nothingMore(house)
    voice.go()
    await sounding(house, 'The answer.')
    await settled(house, 2)
    await nothingMore(house)
    expect(sounds(house)).toHaveLength(1)
    // Afterwards it is another one.
    await readAloud(house, thread)
    await sounding(house, 'The answer.', 'The answer.')
  })

  it('goes with the message that asked for it', async () => {
    const house = await openHouse()
    const voice = slowVoice(house.scripted)
    const message = { channel: 'general', id: 'own' }
    const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread: 'own' }
    const place = { conversation, root: null, direct: false }
    const call = { kind: 'command', name: 'speak', options: { text: 'Hello' } } as const
    await house.chat.intake.admit({ ...call, id: 'own', at: Date.now(), by: person('pia'), place, message })
    const signal = await voice.asked
    await talk(house).remove(message, 'own')
    await settled(house, 1)
    expect(signal.aborted).toBe(true)
    voice.go()
    await nothingMore(house)
    expect(inThread(house, 'own')).toEqual([])
  })

  it('goes on after a restart, and is there once', async () => {
    const path = `${temporaryDirectory()}/parley.db`
    const chat = createChatPlatform()
    const first = await spokenHouse({ path, chat })
    const voice = slowVoice(first.scripted)
    const { thread } = await talk(first).say('A question?')
    await voice.asked
    await first.close()
    expect(inThread(first, thread)).toHaveLength(1)
    const second = await openHouse({ path, chat })
    await sounding(second, 'The answer.')
    await settled(second, 1)
    expect(inThread(second, thread)).toHaveLength(2)
  })
})

describe('the sound of an answer', () => {
  it('goes when its question is deleted', async () => {
    const house = await spokenHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('A question?')
    await sounding(house, 'The answer.')
    await settled(house, 2)
    await pia.remove(message, thread)
    await vi.waitFor(() => expect(inThread(house, thread)).toEqual([]), soon)
  })

  it('is not sent any more when its question is deleted meanwhile', async () => {
    const house = await spokenHouse()
    const voice = slowVoice(house.scripted)
    const pia = talk(house)
    const { message, thread } = await pia.say('A question?')
    const signal = await voice.asked
    await pia.remove(message, thread)
    await settled(house, 2)
    voice.go()
    await nothingMore(house)
    expect(signal.aborted).toBe(true)
    expect(inThread(house, thread)).toEqual([])
  })

  it('gives way to that of the new answer when the question is edited', async () => {
    const house = await spokenHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('A question?')
    await sounding(house, 'The answer.')
    await settled(house, 2)
    house.model.always(() => ['Another answer.'])
    await pia.edit(message, thread, 'Another question?')
    await sounding(house, 'Another answer.')
    await settled(house, 4)
    expect(inThread(house, thread)).toHaveLength(2)
  })

  it('ends when the answer is written again while it is being made', async () => {
    const house = await openHouse()
    house.model.always(() => ['The answer.'])
    const pia = talk(house)
    const { thread } = await pia.say('A question?')
    await settled(house, 1)
    const voice = slowVoice(house.scripted)
    await readAloud(house, thread)
    const signal = await voice.asked
    await pia.regenerate({ channel: 'general', id: inThread(house, thread)[0]!.id }, thread)
    await settled(house, 3)
    expect(signal.aborted).toBe(true)
    expect(inThread(house, thread)).toHaveLength(1)
  })

  it('stays when the answer could not be written again', async () => {
    const house = await openHouse()
    house.model.always(() => ['The answer.'])
    const pia = talk(house)
    const { message, thread } = await pia.say('A question?')
    await settled(house, 1)
    await readAloud(house, thread)
    await sounding(house, 'The answer.')
    await settled(house, 2)
    house.model.always(() => {
      throw new ModelError('server', 'Down.')
    })
    await pia.regenerate({ channel: 'general', id: inThread(house, thread)[0]!.id }, thread)
    await settled(house, 3)
    expect(sounds(house)).toHaveLength(1)
    await pia.remove(message, thread)
    await vi.waitFor(() => expect(inThread(house, thread)).toEqual([]), soon)
  })
})

describe('what nobody pressed a button for', () => {
  it('fails in silence', async () => {
    const house = await spokenHouse()
    house.scripted.speaks(() => {
      throw new ModelError('model_not_found', 'The server has no voice.')
    })
    const { thread } = await talk(house).say('A question?')
    await settled(house, 2)
    await nothingMore(house)
    expect(inThread(house, thread).map(({ part }) => part.markdown)).toEqual(['The answer.'])
  })

  it('is refused by the budget in silence', async () => {
    const can = { edit: true, threads: true, buttons: true, private: 'via' } as const
    const house = await spokenHouse({ dayBudget: 0.02, chat: createChatPlatform({ can }) })
    house.model.always(() => ['The answer. '.repeat(1_500)])
    const { thread } = await talk(house).say('A question?')
    await settled(house, 2)
    await nothingMore(house)
    expect(house.scripted.asked.speak).toEqual([])
    expect(inThread(house, thread).map(({ part }) => part.markdown.replace(/(The answer\. ?)+/, ''))).toEqual(
      inThread(house, thread).map(() => ''),
    )
  })

  it('is neither paid nor said where no file can be sent', async () => {
    const chat = createChatPlatform()
    Object.assign(chat.platform, { takesFiles: () => false })
    const house = await spokenHouse({ chat })
    const { thread } = await talk(house).say('A question?')
    await settled(house, 1)
    await readAloud(house, thread, { quiet: true })
    await settled(house, 2)
    expect(house.scripted.asked.speak).toEqual([])
    expect(inThread(house, thread)).toHaveLength(1)
  })

  it('is left out where the file is refused at last, and where the person may not ask', async () => {
    const chat = createChatPlatform()
    const { send } = chat.platform
    chat.platform.send = (place, part, how) =>
      part.file
        ? Promise.resolve({ kind: 'no_file', why: 'not here' })
        : send.call(chat.platform, place, part, how)
    const house = await spokenHouse({ chat, people: ['pia', 'zoe'] })
    const { thread } = await talk(house).say('A question?')
    await settled(house, 2)
    await readAloud(house, thread, { quiet: true, by: person('mallory') })
    await nothingMore(house)
    expect(inThread(house, thread)).toHaveLength(1)
  })
})
