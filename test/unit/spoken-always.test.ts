import Keyv from 'keyv'
import { expect, it } from 'vitest'
import { createRefusals } from '../../src/conversation/refusals.ts'
import { createSettings } from '../../src/conversation/settings.ts'
import { speakWhereAlways } from '../../src/conversation/spoken-always.ts'
import { silentLog } from '../../src/observe/log.ts'
import type { InboundEvent } from '../../src/ports/event.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { person } from '../fakes/people.ts'

const conversation = { platform: 'chat', workspace: 'w', channel: 'c', thread: 't' }
const place = { conversation, root: null, direct: false }
const ref = { channel: 'c', id: 'b1' }
const question = { turn: 'chat:1', task: { kind: 'answer' }, privateTo: null, by: person('pia') }
const whole = { outcome: 'answered', shown: '> a note\n\nThe answer.', saidFrom: 10 }
const drafting = {
  parts: [
    { nonce: 'a', ref: null },
    { nonce: 'b', ref },
  ],
}

const platform = { can: { privateFiles: true } }

async function admitted(
  more: { question?: object; whole?: object; drafting?: object; place?: object; platform?: object },
  spoken = true,
) {
  const events: InboundEvent[] = []
  const settings = createSettings(new Keyv(), { model: 'm', persona: 'p', channels: { c: { spoken } } })
  const admit = async (event: InboundEvent) => void events.push(event)
  const clock = simulatedClock({ now: 5 })
  const deps = { settings, clock, admit, refusals: createRefusals(clock), log: silentLog() }
  const ended = {
    question: { ...question, ...more.question },
    whole: { ...whole, ...more.whole },
    drafting: { ...drafting, ...more.drafting },
    place: { ...place, ...more.place },
    platform: { ...platform, ...more.platform },
  }
  await speakWhereAlways(deps, ended as never)
  return events
}

it('has an answer read aloud, once, without a word to anybody when that fails', async () => {
  expect(await admitted({})).toEqual([
    {
      ...{ kind: 'read_aloud', id: 'chat:1:spoken', answer: ref, quiet: true },
      ...{ place, by: person('pia'), at: 5 },
    },
  ])
})

it('lets the answer keep the reply to its call', async () => {
  const [event] = await admitted({ place: { via: 'a token' } })
  expect(event?.place).toEqual(place)
})

it.each([
  ['an answer where no sound can be sent by itself', { platform: { takesSounds: () => false } }],
  ['an answer where no file can be sent', { platform: { takesFiles: () => false } }],
  ['a private answer', { question: { privateTo: 'pia' } }],
  ['what one person alone was told', { whole: { apart: 'asker' } }],
  ['a text that was read aloud', { question: { task: { kind: 'speak' } } }],
  ['an answer that was stopped', { whole: { outcome: 'stopped' } }],
  ['an answer without words', { whole: { shown: '> a note\n\n```\n1\n```' } }],
  ['an answer that stands nowhere', { drafting: { parts: [] } }],
])('leaves %s alone', async (_what, more) => {
  expect(await admitted(more)).toEqual([])
})

it('leaves a channel alone that does not want it', async () => {
  expect(await admitted({}, false)).toEqual([])
})

it('does not mind a full inbox', async () => {
  const settings = createSettings(new Keyv(), { model: 'm', persona: 'p', channels: { c: { spoken: true } } })
  const admit = () => Promise.reject(new Error('the inbox is full'))
  const clock = simulatedClock()
  const deps = { settings, clock, admit, refusals: createRefusals(clock), log: silentLog() }
  await speakWhereAlways(deps, { question, whole, drafting, place, platform } as never)
})
