import { SimpleIdentifyThrottler } from '@discordjs/ws'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startDiscordFake } from '../fakes/discord/discord-fake.ts'
import { hold, text } from '../fakes/openai/script.ts'
import { startProgram } from '../fakes/program.ts'
import { openDiscordStage } from './discord-stage.ts'
import { answerInThread, asked, finished, spoken } from './discord-watching.ts'
import { temporaryDirectory } from './house.ts'

const say = (words: string) => ({ beats: text(words) })

const told = (log: readonly string[]): string => log.map((line) => JSON.parse(line).msg).join('\n')

describe('the first connection', () => {
  it('asks for the intents it needs and no others', async () => {
    const { discord } = await openDiscordStage()
    const [guilds, guildMessages, directMessages, content] = [1 << 0, 1 << 9, 1 << 12, 1 << 15]
    const reactions = (1 << 10) | (1 << 13)
    expect(discord.ledger.gateway.filter(({ kind }) => kind === 'identify')).toMatchObject([
      { intents: guilds | guildMessages | directMessages | reactions | content },
    ])
  })

  it('asks for no content where follow-ups are off', async () => {
    const { discord } = await openDiscordStage({ policy: 'discord:\n  follow_ups: false\n' })
    const entry = discord.ledger.gateway.find(({ kind }) => kind === 'identify')
    expect(entry?.kind === 'identify' && entry.intents & (1 << 15)).toBe(0)
  })

  it('with a wrong token says in words what to mend, and does not try again', async () => {
    const token = 'MTIzNDU2Nzg5.wrong.token-of-somebody'
    const stage = await openDiscordStage({ env: { DISCORD_TOKEN: token }, awaits: 'closed' })
    await expect(stage.program().working).rejects.toThrow(/does not accept DISCORD_TOKEN/)
    expect(told(stage.log)).toContain('Discord does not accept DISCORD_TOKEN')
    expect(stage.log.join()).not.toContain(token)
    expect(stage.log.filter((line) => 'err' in JSON.parse(line))).toEqual([])
    expect(stage.program().platforms().discord).toBe('closed')
    expect(stage.discord.ledger.requests.length).toBeLessThanOrEqual(2)
    expect(stage.discord.ledger.gateway.filter(({ kind }) => kind === 'identify')).toEqual([])
  })

  it('with a wrong token ends the program, without a stack trace and without the token', async () => {
    const discord = await startDiscordFake()
    onTestFinished(discord.close)
    const env = { DISCORD_TOKEN: 'MTIz.wrong.token', DISCORD_API_URL: discord.apiUrl, LOG_FORMAT: 'pretty' }
    const program = await startProgram({ directory: temporaryDirectory(), env })
    onTestFinished(async () => void (await program.kill('SIGKILL')))
    await discord.until(() => program.child.exitCode !== null, 10_000)
    expect(program.child.exitCode).toBe(1)
    expect(program.output()).toContain('Discord does not accept DISCORD_TOKEN. Copy it anew from https://')
    expect(program.output()).not.toMatch(/^\s+at /m)
    expect(program.output()).not.toContain(env.DISCORD_TOKEN)
  })

  it('that is still under way when Parley is stopped ends nothing but itself', async () => {
    const stage = await openDiscordStage({
      before: (discord) => discord.faults.next({ route: '/gateway/bot' }, 'hang'),
      awaits: 'connecting',
    })
    const program = stage.program()
    await stage.discord.until(() => stage.discord.ledger.requests.length === 1)
    await stage.stop()
    await expect(program.working).resolves.toBeUndefined()
    expect(stage.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  })

  it('without the Message Content intent says what it can’t do, and does the rest', async () => {
    identifiesAtOnce()
    const stage = await openDiscordStage({ intents: { messageContent: false } })
    const { discord, model, parley } = stage
    expect(told(stage.log)).toContain('Message Content intent')
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('Hello.'), say('In private.'), say('Yes.'))
    const { thread } = await answerInThread(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    ann.says(thread, 'this it can’t read')
    ann.says('dm', 'hello')
    await finished(stage, ann.dm, 'In private.')
    ann.says(thread, `${parley} and this?`)
    await finished(stage, thread, 'Yes.')
    expect(asked(stage)).toHaveLength(3)
    expect(spoken(stage, thread)).toHaveLength(2)
  }, 15_000)

  it('with no session starts left says until when, and does not start one', async () => {
    const stage = await openDiscordStage({
      before: (discord) => {
        discord.gateway.sessionsLeft = 0
      },
      awaits: 'connecting',
    })
    await stage.discord.until(() => told(stage.log).includes('no more sessions'))
    expect(told(stage.log)).toMatch(/connects again at \d{4}-\d\d-\d\dT/)
    expect(stage.discord.ledger.gateway).toEqual([])
  })

  it('comes about as soon as Discord is up', async () => {
    const stage = await openDiscordStage({
      before: (discord) => {
        discord.gateway.refuseConnections = true
        discord.faults.next({ route: '/gateway/bot' }, { status: 502, body: 'Bad Gateway' })
      },
      awaits: 'connecting',
    })
    const { discord, model } = stage
    await discord.until(() => told(stage.log).includes('Trying again'))
    discord.gateway.refuseConnections = false
    await discord.until(() => stage.program().platforms().discord === 'connected', 10_000)
    model.next(say('Hello.'))
    const ann = discord.person({ name: 'Ann' })
    ann.says('dm', 'hello')
    await finished(stage, ann.dm, 'Hello.')
  }, 20_000)
})

/** Discord lets nobody begin two sessions within 5 s, and discord.js waits for that; the fake doesn't ask for it. */
const identifiesAtOnce = () =>
  vi.spyOn(SimpleIdentifyThrottler.prototype, 'waitForIdentify').mockResolvedValue(undefined)

describe('a connection that breaks', () => {
  const breaks = {
    'because Discord asks to come again (op 7)': 'reconnect',
    'by a close that can be resumed': 'drop',
    'by TCP': 'reset',
  } as const

  for (const [how, act] of Object.entries(breaks)) {
    it(`${how} is resumed: what was said meanwhile is answered once, and the answer in the making goes on`, async () => {
      const stage = await openDiscordStage()
      const { discord, model, parley } = stage
      const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
      const ann = discord.person({ name: 'Ann' })
      const gate = hold()
      model.next({ beats: [...text('Half '), gate.beat, ...text('and half.')] }, say('Meanwhile.'))
      const first = ann.says(channel, `${parley} one`)
      const thread = await discord.until(() => discord.threadOf(first))
      await discord.until(() => spoken(stage, thread).length === 1)
      discord.gateway[act]()
      const second = ann.says(channel, `${parley} two`)
      gate.open()
      await finished(stage, thread, 'Half and half.')
      await answerInThread(stage, second, 'Meanwhile.')
      await discord.until(() => stage.program().platforms().discord === 'connected')
      expect(discord.ledger.gateway.filter(({ kind }) => kind === 'resume')).toMatchObject([{ ok: true }])
      expect(asked(stage)).toHaveLength(2)
    })
  }

  it('and can’t be resumed (op 9) leaves a gap that is filled', async () => {
    identifiesAtOnce()
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    model.next(say('One.'), say('Two.'), say('Three.'))
    await answerInThread(stage, ann.says(channel, `${parley} one`), 'One.')
    const back = discord.gateway.away()
    const missed = ann.says(channel, `${parley} two`)
    back()
    await answerInThread(stage, missed, 'Two.')
    await discord.until(() => stage.program().platforms().discord === 'connected', 10_000)
    discord.gateway.invalidate(false)
    const later = ann.says(channel, `${parley} three`)
    await answerInThread(stage, later, 'Three.')
    expect(asked(stage)).toHaveLength(3)
  }, 30_000)

  it('without a word (a zombie) is noticed by the heartbeat that nobody acknowledges', async () => {
    const stage = await openDiscordStage({ limits: { heartbeatMs: 300 } })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    const hears = discord.gateway.deaf()
    model.next(say('Here.'))
    const question = ann.says(channel, `${parley} hello?`)
    await discord.until(() =>
      discord.ledger.gateway.some((one) => one.kind === 'close' && one.by === 'client'),
    )
    hears()
    await answerInThread(stage, question, 'Here.')
    expect(asked(stage)).toHaveLength(1)
  }, 15_000)
})
