import Keyv from 'keyv'
import { expect, it } from 'vitest'
import { createCatalog } from '../../src/conversation/catalog.ts'
import type { Surroundings } from '../../src/conversation/commands/command.ts'
import { fresh } from '../../src/conversation/commands/fresh.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import { conversationId, headKey, messageKey } from '../../src/conversation/keys.ts'
import { createMemory } from '../../src/conversation/memory.ts'
import { createRunning } from '../../src/conversation/running.ts'
import { createSettings } from '../../src/conversation/settings.ts'
import type { CommandCalled } from '../../src/ports/event.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { person } from '../fakes/people.ts'
import { createScriptedModel } from '../fakes/scripted-model.ts'

const conversation = { platform: 'chat', workspace: 'w', channel: 'c', thread: 't' }
const id = conversationId(conversation)

const call: CommandCalled = {
  kind: 'command',
  id: 'new',
  at: 0,
  by: person('pia'),
  place: { conversation, root: null, direct: false },
  name: 'new',
  options: {},
  message: null,
}

it('/new leaves history untouched until it is committed, and none of it after', async () => {
  const store = new Keyv()
  const { signal } = new AbortController()
  const around: Surroundings = {
    memory: createMemory(store, 60_000),
    hearing: { before: async () => null, correct: async () => {} },
    admit: async () => {},
    settings: createSettings(store, { model: 'm', persona: 'p', channels: {} }),
    catalog: createCatalog(createScriptedModel().model, simulatedClock()),
    running: createRunning(),
    commands,
    describe: async () => null,
    typed: (name) => `/${name}`,
    usage: null,
    attempt: 1,
    signal,
  }
  await store.set(headKey(id), { epoch: 0, next: 2 })
  await store.set(messageKey(id, 0, 0), { ref: null })

  const reply = await fresh.run?.(call, around)
  expect(await store.has(messageKey(id, 0, 0))).toBe(true)
  expect(await store.get(headKey(id))).toEqual({ epoch: 0, next: 2 })
  expect(reply?.settlement?.entries).toMatchObject([{ key: headKey(id), value: { epoch: 1, next: 0 } }])

  await reply?.afterwards?.(signal)
  expect(await store.has(messageKey(id, 0, 0))).toBe(false)
})
