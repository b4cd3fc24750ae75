import Keyv from 'keyv'
import { expect, it } from 'vitest'
import { messageKey, turnKey } from '../../src/conversation/keys.ts'
import { createMemory, type StoredMessage, type StoredTurn } from '../../src/conversation/memory.ts'
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

it('of an exchange that is answered once more notes what its files take now, unless they are others meanwhile', async () => {
  const keyv = new Keyv()
  const memory = createMemory(keyv, 60_000)
  const file = { id: 'doc', name: 'doc.txt', type: null, size: null, url: null }
  const ref = { channel: 'm1', id: 'q1' }
  const asked = { seq: 0, text: 'Read it', by: person('pia'), at: 0, ref, files: [file], quotes: [] }
  const { seq: _, ...words } = asked
  const stored: StoredMessage = { ...words, role: 'user', tokens: 9, hidden: false }
  const turn: StoredTurn = {
    ...{ turn: 'turn', epoch: 0, asked: [0], answer: 1, parts: [], askers: ['pia'] },
    ...{ by: person('pia'), thumbs: {} },
  }
  const head = { epoch: 0, next: 2 }
  for (const { key, value } of memory.entries(conversation, head, turn, new Map([[0, stored]])))
    await keyv.set(key, value)
  const again = async () => {
    const settlement = await settlementOf(
      memory,
      { ...question, asked: [asked], answer: 1, head, again: turn },
      {
        ...{ said: 'Yes.', files: [], state: 'done', place, at: 0, charge: null, parts: [] },
        asked: { heard: false, tokens: { 0: 7_000 } },
      },
    )
    return settlement?.entries.find(({ key }) => key === messageKey(conversation, 0, 0))?.value
  }
  expect(await again()).toEqual({ ...stored, fileTokens: 7_000 })
  await memory.rewrite(conversation, 0, 0, { ...stored, files: [] })
  expect(await again()).toBeUndefined()
})
