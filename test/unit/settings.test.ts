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
