import Keyv from 'keyv'
import { expect, it } from 'vitest'
import { turnKey } from '../../src/conversation/keys.ts'
import { createMemory, type StoredTurn } from '../../src/conversation/memory.ts'
import type { Question } from '../../src/conversation/question.ts'
import { settlementOf } from '../../src/conversation/settlement.ts'
import type { Place } from '../../src/ports/event.ts'
import { person } from '../fakes/people.ts'

const conversation = '["chat","team","general","m1"]'
const place: Place = {
  conversation: { platform: 'chat', workspace: 'team', channel: 'general', thread: 'm1' },
  root: null,
  direct: false,
}
const question: Question = {
  task: { kind: 'answer' },
  ...{ turn: 'turn', conversation, place, by: person('pia'), askers: ['pia'], asked: [], parts: [] },
  ...{ head: { epoch: 0, next: 1 }, answer: 0, again: null, privateTo: null, admittedAt: 0 },
}

it('of a message whose send was never confirmed nobody says later that it is the newest', async () => {
  const memory = createMemory(new Keyv(), 60_000)
  const ref = { channel: 'm1', id: 'b1' }
  const settlement = await settlementOf(memory, question, {
    ...{ said: 'Yes.', files: [], state: 'done', place, at: 0, charge: null },
    parts: [
      { nonce: 'n0', ref },
      { nonce: 'n1', ref: null, since: 77 },
    ],
  })
  const turn = settlement?.entries.find(({ key }) => key === turnKey(conversation, 0, 0))?.value as StoredTurn
  expect(turn.parts).toEqual([
    { nonce: 'n0', ref },
    { nonce: 'n1', ref: null },
  ])
})
