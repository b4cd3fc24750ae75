import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createStubborn } from '../../adapters/discord/catch-up/stubborn.ts'
import { createHearing } from '../../adapters/discord/hearing/hearing.ts'
import { createMembers } from '../../adapters/discord/hearing/members.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { earIntake } from './discord-hearing-world.ts'

const log = pino({ level: 'silent' })
const a = '1573277146791540010'
const b = '1573277146791540011'
const never = new AbortController().signal

function ear() {
  const clock = simulatedClock()
  const intake = earIntake()
  const hearing = createHearing({
    intake: () => intake,
    directory: {
      channel: async (id, guild) => ({ id, guild, kind: 'text', parent: null, name: 'x', owner: null }),
      nameOf: { user: () => null, role: () => null, channel: () => null },
      ownRole: () => null,
      note: () => undefined,
      guildOf: () => null,
      known: () => null,
      isMember: () => true,
      mayRead: () => true,
      maySpeak: () => true,
      may: () => true,
    },
    members: async () => undefined,
    get: async () => ({ kind: 'failed', passing: true, cause: null }),
    apologise: async () => undefined,
    self: () => '1573277146791540001',
    clock,
    log,
    signal: never,
    onAdmitted: () => undefined,
    stubborn: createStubborn(log),
  })
  let id = 1_573_277_146_791_542_784n
  const say = (channel: string, content: string) =>
    hearing.created(
      {
        id: String(id++),
        channel_id: channel,
        type: 0,
        content: `<@1573277146791540001> ${content}`,
        author: {
          id: '1573277146791540005',
          username: 'ada',
          global_name: null,
          discriminator: '0',
          avatar: null,
        },
        mentions: [
          {
            id: '1573277146791540001',
            username: 'parley',
            global_name: null,
            discriminator: '0',
            avatar: null,
          },
        ],
        mention_roles: [],
        mention_everyone: false,
        attachments: [],
        embeds: [],
        components: [],
        timestamp: '',
        edited_timestamp: null,
        tts: false,
        pinned: false,
        member: { roles: [] },
      },
      '1573277146791540077',
      'live',
    )
  return { clock, intake, say }
}

describe('a message that can’t be taken in', () => {
  it('holds up its channel for seconds only while others are taken in', async () => {
    const { clock, intake, say } = ear()
    intake.admitting = async (event) => {
      if (event.kind === 'message' && event.text === 'poison') throw new Error('never')
      return null
    }
    const poison = say(a, 'poison')
    void say(a, 'behind it')
    void say(b, 'elsewhere')
    await clock.advance(4_000)
    expect(intake.texts()).toEqual(['elsewhere', 'behind it'])
    expect(await poison).toBe('lost')
  })

  it('keeps its place while nothing is taken in', async () => {
    const { clock, intake, say } = ear()
    let works = false
    intake.admitting = async () => {
      if (!works) throw new Error('disk full')
      return null
    }
    const fates = [say(a, 'one'), say(a, 'two'), say(b, 'three')]
    await clock.advance(10_000)
    works = true
    await clock.advance(10_000)
    expect(await Promise.all(fates)).toEqual(['settled', 'settled', 'settled'])
    expect(intake.texts().filter((text) => text !== 'three')).toEqual(['one', 'two'])
  })
})

it('a question waits for the roles of who asks for five seconds at most', async () => {
  const clock = simulatedClock()
  const members = createMembers(() => new Promise(() => {}), clock, log, true)
  expect(await clock.run(members('77', '5', never), 6_000)).toBeUndefined()
})
