import { expect, it } from 'vitest'
import { createForms } from '../../src/conversation/forms.ts'
import { conversationId } from '../../src/conversation/keys.ts'
import type { Memory, StoredTurn } from '../../src/conversation/memory.ts'
import { createRunning } from '../../src/conversation/running.ts'
import type { Settings } from '../../src/conversation/settings.ts'
import type { Heard } from '../../src/media/hearing.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { person } from '../fakes/people.ts'

const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread: 't1' }
const place = { conversation, root: null, direct: false }
const answer = { channel: 'general', id: 'a1' }
const pia = person('pia')
const heard: Heard = { kind: 'heard', text: 'My name is Kai.', language: 'en', seconds: 3, lines: [] }

/** An answer to a voice note, whose turn is about to end. */
function ending() {
  const clock = simulatedClock()
  const running = createRunning()
  const turn = running.begin(conversationId(conversation), [])
  let remembered: Pick<StoredTurn, 'asked' | 'askers' | 'epoch'> | null = null
  const memory = {
    turnOf: async () => remembered,
    message: async () => ({ files: [{ id: 'note' }] }),
  } as unknown as Memory
  const hearing = { before: async () => heard, correct: async () => undefined }
  const access = () => ({ kind: 'yes' as const })
  const form = createForms({ settings: {} as Settings, memory, hearing, access, running, clock })
  return {
    clock,
    turn,
    pressed: (about = answer) => form('correct', place, pia, about),
    end() {
      remembered = { asked: [0], askers: [pia.id], epoch: 0 }
      turn.end()
    },
  }
}

it('a button that is pressed while its answer is being remembered waits for that', async () => {
  const { clock, turn, pressed, end } = ending()
  turn.standsIn([answer])
  const form = pressed()
  await clock.advance(300)
  end()
  expect(await clock.run(form)).toMatchObject({ fields: [{ value: 'My name is Kai.' }] })
  expect(clock.sleepers()).toBe(0)
})

it('waits no longer than a moment, and for no other answer', async () => {
  const { clock, turn, pressed } = ending()
  expect(await pressed()).toBeNull()
  turn.standsIn([answer])
  expect(await pressed({ channel: 'general', id: 'other' })).toBeNull()
  const form = pressed()
  await clock.advance(1_000)
  expect(await form).toBeNull()
})
