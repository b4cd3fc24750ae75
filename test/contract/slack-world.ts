import { Keyv } from 'keyv'
import { pino } from 'pino'
import { fileIdOf } from '../../adapters/slack/download.ts'
import { createSlackPlatform } from '../../adapters/slack/platform.ts'
import { createResponseUrls } from '../../adapters/slack/response-url.ts'
import { channelOf, createWays, threadOf } from '../../adapters/slack/ways.ts'
import { createWire } from '../../adapters/slack/wire.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Place } from '../../src/ports/event.ts'
import type { FakePerson } from '../fakes/slack/people.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'
import type { PlatformWorld } from './platform.ts'

/** Everything that goes out, with the real WebClient towards the fake Slack. Nothing is heard. */
export async function slackWorld(): Promise<PlatformWorld> {
  const slack = await startSlackFake({ limits: 'none' })
  const { team } = slack
  const { platform, end } = outgoing(slack)
  const [general, random] = [team.channel({ name: 'general' }), team.channel({ name: 'random' })]
  const [ada, grace] = [team.person({ name: 'Ada' }), team.person({ name: 'Grace' })]
  const at = (channel: string, thread = '', root: string | null = null, direct = false): Place => ({
    conversation: { platform: 'slack', workspace: team.id, channel, thread },
    root: root === null ? null : { channel, id: root },
    direct,
  })
  const question = ada.says('dm', 'a question')
  const other = ada.says('dm', 'another question')
  const bytes = new Uint8Array([1, 2, 3])
  const withFile = ada.says(general, 'look', { files: [{ name: 'a.bin', bytes }] })
  const file = slack.message(withFile)?.files[0]?.id ?? ''

  const shown = (place: Place, as: FakePerson) => {
    const id = channelOf(place)
    const where = id === ada.dm.id ? ada.dm : id === general.id ? general : random
    const thread = threadOf(place)
    return slack
      .visible(where, { as, ...(thread === null ? {} : { thread }) })
      .filter(({ fromBot }) => fromBot)
  }
  const wordsIn = (place: Place, as: FakePerson) =>
    shown(place, as).map(({ text }) => text.replaceAll('\u200B', ''))

  return {
    platform,
    place: at(random.id),
    streaming: at(ada.dm.id, question.ts, null, true),
    unopened: at(ada.dm.id, other.ts, other.ts, true),
    nowhere: at(general.id, '1700000000.000001'),
    sendsAgain: true,
    whisper: async () => at(random.id),
    seen: async (place) => wordsIn(place, ada),
    people: [ada.id, grace.id],
    media: async (place) =>
      shown(place, ada).flatMap(({ files }) =>
        files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString('hex')] as const),
      ),
    seenBy: async (id, place) => wordsIn(place, id === ada.id ? ada : grace),
    titleOf: async (place) => slack.titleOf(ada.dm, threadOf(place) ?? ''),
    file: {
      ref: { id: fileIdOf(team.id, file), name: 'a.bin', type: null, size: 3, url: null },
      bytes,
    },
    async close() {
      end()
      await slack.close()
    },
  }
}

/** The real adapter's way out, in the fake's first workspace. */
export function outgoing(slack: SlackFake, clock = systemClock(), store: Keyv = new Keyv()) {
  const { team, apiUrl } = slack
  const installation = {
    team: team.id,
    enterprise: null,
    token: team.botToken,
    botUser: team.bot.user,
    botId: team.bot.bot,
    app: slack.app.id,
    teamName: team.name,
    scopes: [],
  }
  const installations = { known: () => installation, of: async () => installation }
  const log = pino({ level: 'silent' })
  const over = new AbortController()
  const platform = createSlackPlatform({
    wire: createWire({ installations, apiUrl, clock: systemClock(), log }),
    responses: createResponseUrls({ apiUrl, clock }),
    ways: createWays(clock, () => 'auto'),
    installations,
    apiUrl,
    store,
    clock,
    log,
    intake: () => null,
    over: over.signal,
    start: async () => undefined,
    stop: async () => undefined,
  })
  return { platform, end: () => over.abort() }
}
