import type { Place } from '../../src/ports/event.ts'
import { ada, grace, page, uuid } from '../unit/web-pages.ts'
import { webWorld } from '../unit/web-world.ts'
import { discordWorld } from './discord-world.ts'
import { describePlatform } from './platform.ts'
import { slackWorld } from './slack-world.ts'

const at = (channel: string, thread: string, root: string | null = null): Place => ({
  conversation: { platform: 'web', workspace: 'local', channel, thread },
  root: root === null ? null : { channel, id: root },
  direct: false,
})

describePlatform('web', async () => {
  const world = await webWorld()
  const bytes = new Uint8Array([1, 2, 3])
  const { body } = await page(world).upload('a.bin', 'application/octet-stream', bytes)
  await page(world).say('root', 'a question')
  const seenBy = async (id: string, place: Place) => {
    const { channel, thread } = place.conversation
    const { messages } = await page(world, id === ada.id ? ada : grace).read({
      channel,
      ...(thread && { thread }),
    })
    return messages.filter((message) => message.author.bot).map((message) => message.text)
  }
  return {
    platform: world.web.platform,
    place: at('random', ''),
    unopened: at('general', uuid('root'), uuid('root')),
    nowhere: at('nowhere', ''),
    whisper: async () => at('random', ''),
    seen: (place) => seenBy(ada.id, place),
    people: [ada.id, grace.id],
    seenBy,
    media: async (place) => {
      const { messages } = await page(world).read({ channel: place.conversation.channel })
      const files = messages.filter(({ author }) => author.bot).flatMap((message) => message.files)
      return Promise.all(
        files.map(async ({ name, url }) => {
          const sent = await (await fetch(world.url + url)).bytes()
          return [name, Buffer.from(sent).toString('hex')] as const
        }),
      )
    },
    file: {
      ref: { id: String(body.id), name: 'a.bin', type: null, size: 3, url: null },
      bytes,
    },
    close: world.close,
  }
})

describePlatform('discord', discordWorld)

describePlatform('slack', slackWorld)
