import Keyv from 'keyv'
import { expect, it } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { createCatalog } from '../../src/conversation/catalog.ts'
import { createHandling, type HandlingDeps } from '../../src/conversation/handling.ts'
import { createRunning } from '../../src/conversation/running.ts'
import { createSettings, type Settings } from '../../src/conversation/settings.ts'
import type { CommandCalled } from '../../src/ports/event.ts'
import type { Claim, Draft } from '../../src/ports/inbox.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { person } from '../fakes/people.ts'
import { createScriptedModel } from '../fakes/scripted-model.ts'

const conversation = { platform: 'chat', workspace: 'w', channel: 'c', thread: 't' }
const place = { conversation, root: null, direct: false }

/** What is said when the lease is lost as the first try's reply leaves, and another try follows. */
async function secondTry(
  name: string,
  options: CommandCalled['options'],
  between: (settings: Settings) => Promise<void> = async () => undefined,
) {
  const chat = createChatPlatform()
  const clock = systemClock()
  const settings = createSettings(new Keyv(), { model: 'm', persona: 'p', channels: {} })
  const deps = {
    clock,
    settings,
    pacer: createPacer({ clock }),
    catalog: createCatalog(createScriptedModel().model, clock),
    running: createRunning(),
    access: () => ({ kind: 'yes' }),
    describe: async () => null,
    platformOf: () => chat.platform,
  } as unknown as HandlingDeps
  const base = { kind: 'command', id: 'x', at: 0, by: person('pia'), message: null } as const
  const call: CommandCalled = { ...base, place, name, options }
  let draft: Draft | null = null
  const attempt = (count: number, signal: AbortSignal) =>
    createHandling(deps).handle({
      ...{ conversation, lane: 'now', events: [call], withdrawn: false, fence: count, attempt: count },
      ...{ draft, signal, settle: async () => undefined, release: async () => undefined },
      saveDraft: async (saved: Draft) => {
        draft = saved
      },
    } satisfies Claim)

  const lease = new AbortController()
  const { send } = chat.platform
  chat.platform.send = async () => {
    lease.abort(new Error('the lease is lost'))
    return { kind: 'not_sent', cause: 'it was never sent' }
  }
  await expect(attempt(1, lease.signal)).rejects.toThrow('the lease is lost')
  await between(settings)
  chat.platform.send = send
  await attempt(2, new AbortController().signal)
  return { said: chat.visible().map(({ part }) => part.markdown), settings }
}

it.each([
  ['settings', { model: 'other', persona: 'Be a pirate.' }],
  ['model', { name: 'other' }],
  ['persona', { text: 'Be a pirate.' }],
])('/%s says on a second try what it has set, and not that nothing changed', async (name, options) => {
  const { said } = await secondTry(name, options, async (settings) => {
    expect(await settings.chosen(conversation)).not.toEqual({})
  })
  expect(said).toEqual([expect.stringContaining('From now on')])
})

it('/stop says on a second try no more than it knows', async () => {
  expect((await secondTry('stop', {})).said).toEqual(['Nothing is being written here any more.'])
})
