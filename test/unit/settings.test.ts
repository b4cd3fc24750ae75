import Keyv from 'keyv'
import { expect, it } from 'vitest'
import { createSettings } from '../../src/conversation/settings.ts'

const channel = { platform: 'web', workspace: 'w', channel: 'c', thread: '' }

it('keeps both when a channel gets its model and its persona at once', async () => {
  const settings = createSettings(new Keyv(), { model: 'm', persona: 'p', channels: {} })
  await Promise.all([
    settings.choose(channel, { model: 'other' }),
    settings.choose(channel, { persona: 'Be a pirate.' }),
  ])
  expect(await settings.chosen(channel)).toEqual({ model: 'other', persona: 'Be a pirate.' })
})

const speech = {
  voice: 'coral',
  format: 'wav',
  speed: 1.5,
  instructions: 'Be calm.',
  everyAnswer: true,
} as const

it('a voice is what was chosen, else what parley.yaml says of the channel, else of all', async () => {
  const channels = { c: { voice: 'nova', spoken: false } }
  const settings = createSettings(new Keyv(), { model: 'm', persona: 'p', speech, channels })
  const own = { name: 'nova', format: 'wav', speed: 1.5, instructions: 'Be calm.' }
  expect(await settings.of(channel)).toMatchObject({ voice: own, spoken: false })
  await settings.choose(channel, { voice: 'sage', voiceSpeed: 0.5, spoken: true })
  expect(await settings.of(channel)).toMatchObject({
    voice: { ...own, name: 'sage', speed: 0.5 },
    spoken: true,
  })
  await settings.choose(channel, { voice: null, voiceSpeed: null, spoken: null })
  expect(await settings.of(channel)).toMatchObject({ voice: own, spoken: false })
  expect(await settings.of({ ...channel, channel: 'constructor' })).toMatchObject({
    voice: { ...own, name: 'coral' },
    spoken: true,
  })
})
