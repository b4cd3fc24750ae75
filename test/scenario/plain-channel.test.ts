import { describe, expect, it } from 'vitest'
import { person, talk } from '../fakes/people.ts'
import { type House, openHouse } from './house.ts'
import { reads, settled, shows } from './watching.ts'

const pia = person('pia')
const gus = person('gus')
const moderator = person('mo', { moderator: true })

/** A command called outside every thread, where each question is a conversation of its own. */
const call = async (house: House, by = pia, name = 'stop', more: object = {}) => {
  const id = `c${Math.random()}`
  const message = { channel: 'general', id }
  const spot = { platform: house.chat.platform.name, workspace: 'team', channel: 'general', thread: null }
  const { replyTo: _, ...place } = await house.chat.intake.place({
    ...spot,
    message,
    repliesTo: null,
    direct: false,
    threadIfOpened: null,
  })
  const event = { kind: 'command', id, at: Date.now(), place, by, name, options: {}, message: null } as const
  await house.chat.intake.admit({ ...event, ...more })
}

/** Two threads on questions of these people, the answers under way. */
async function twoThreads(first = pia, second = gus) {
  const house = await openHouse()
  const threads = []
  for (const by of [first, second]) {
    await talk(house, by).say('Tell me a story')
    const reply = await house.model.next()
    reply.say(`A story for ${by.name}. `)
    await shows(house, `A story for ${by.name}.`)
    threads.push(reply)
  }
  return { house, threads }
}

describe('/stop outside every thread', () => {
  it('stops what the caller asked in the channel last', async () => {
    const { house, threads } = await twoThreads(pia, pia)
    await call(house)
    await shows(house, 'Stopped.')
    expect(threads.map(({ aborted }) => aborted.aborted)).toEqual([false, true])
    await call(house)
    await settled(house, 2)
    expect(threads.map(({ aborted }) => aborted.aborted)).toEqual([true, true])
    await call(house)
    await shows(house, 'Nothing is being written here.')
  })

  it('passes over what others asked later', async () => {
    const { house, threads } = await twoThreads(pia, gus)
    await call(house, pia)
    await shows(house, 'Stopped.')
    expect(threads.map(({ aborted }) => aborted.aborted)).toEqual([true, false])
  })

  it('stops nobody else’s, but for somebody who may moderate here the newest of the channel', async () => {
    const { house, threads } = await twoThreads(pia, gus)
    await call(house, person('eve'))
    await shows(house, 'Only the person who asked, or somebody who may moderate here')
    expect(threads.map(({ aborted }) => aborted.aborted)).toEqual([false, false])
    await call(house, moderator)
    await shows(house, 'Stopped.')
    expect(threads.map(({ aborted }) => aborted.aborted)).toEqual([false, true])
  })

  it('leaves other channels alone, and within a thread means that thread', async () => {
    const { house, threads } = await twoThreads(pia, pia)
    await talk(house, pia, 'elsewhere').command('stop')
    await shows(house, 'Nothing is being written here.')
    const { thread } = await talk(house, pia).say('Another')
    const third = await house.model.next()
    third.end()
    await settled(house, 1)
    await talk(house, pia).command('stop', {}, thread)
    await talk(house, pia).command('help')
    await shows(house, '/persona')
    expect(threads.map(({ aborted }) => aborted.aborted)).toEqual([false, false])
  })
})

it('/new outside every thread says how to start afresh', async () => {
  const house = await openHouse()
  await call(house, pia, 'new')
  await shows(house, /nothing to forget here: each new message begins anew.*Ask outside a thread/)
})

it('“Ask about this” without its form asks about the message in Parley’s own words', async () => {
  const house = await openHouse()
  house.model.always(() => ['It means no.'])
  await call(house, pia, 'ask', { quotes: [{ author: 'Gus', text: 'Rather not.' }] })
  await reads(house, ['It means no.'])
  const asked = JSON.stringify(house.model.requests[0]?.messages.at(-1))
  expect(asked).toMatch(/Gus wrote:.*Rather not\..*Answer the message quoted above/)
})
