import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { answerInThread, asked, finished, prompt, spoken } from './discord-watching.ts'
import { temporaryDirectory } from './house.ts'

const say = (words: string) => ({ beats: text(words) })

const minute = 60_000
const wide = { limit: 50, windowMs: 5_000 }

/** A clock of Discord's that begins in the past, and is moved on while Parley is away. */
function clockBehind(ms: number) {
  let behind = ms
  return {
    now: () => Date.now() - behind,
    catchUp: () => {
      behind = 0
    },
  }
}

describe('after ten minutes away', () => {
  it('each missed question is answered once, wherever it was asked, and no other again', async () => {
    const time = clockBehind(10 * minute)
    const stage = await openDiscordStage({ now: time.now })
    const { discord, model, parley } = stage
    const guild = discord.guild({ name: 'Home' })
    const general = guild.channel({ name: 'general' })
    const quiet = guild.channel({ name: 'quiet' })
    const ann = discord.person({ name: 'Ann' })
    const bob = discord.person({ name: 'Bob' })
    const before = ann.says(general, `${parley} before`)
    const { thread } = await answerInThread(stage, before, /before/)
    ann.says('dm', 'private before')
    await finished(stage, ann.dm, /private before/)
    const old = bob.opensThread(bob.says(general, 'Old matters'), 'old')
    bob.says(old, `${parley} old before`)
    await finished(stage, old, /old before/)
    old.archive()

    await stage.stop()
    time.catchUp()
    const [one, two] = [ann.says(general, `${parley} missed one`), bob.says(quiet, `${parley} missed two`)]
    ann.says(general, 'nothing for you')
    ann.says(thread, 'missed three')
    ann.says(thread, `${bob.mention} not for you`)
    ann.says('dm', 'missed four')
    bob.says(old, 'missed five')
    old.archive()
    const gone = bob.says(quiet, `${parley} never mind`)
    bob.deletes(gone)
    await stage.begin()

    await answerInThread(stage, one, /missed one/)
    await answerInThread(stage, two, /missed two/)
    await finished(stage, thread, /missed three/)
    await finished(stage, ann.dm, /missed four/)
    await finished(stage, old, /missed five/)
    await discord.until(() => asked(stage).length === 8)
    const counts = [general, quiet, thread, ann.dm, old].map((place) => spoken(stage, place).length)
    expect(counts).toEqual([0, 0, 2, 2, 2])
    const told = asked(stage).flatMap((_, index) => prompt(stage, index))
    expect(told.filter((line) => line.includes('for you') || line.includes('never mind'))).toEqual([])

    // And once more, with nothing missed.
    await stage.stop()
    await stage.begin()
    model.next(say('Last.'))
    ann.says(thread, 'last')
    await finished(stage, thread, 'Last.')
    expect(asked(stage)).toHaveLength(9)
  }, 20_000)
})

describe('at its very first start', () => {
  it('Parley answers nothing that was said before', async () => {
    const time = clockBehind(5 * minute)
    const ids: string[] = []
    const stage = await openDiscordStage({
      before: (discord) => {
        const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
        ids.push(channel.id)
        const ann = discord.person({ name: 'Ann' })
        ann.says(channel, `<@${discord.bot.id}> are you there?`)
        ann.says('dm', 'hello?')
        time.catchUp()
      },
      now: time.now,
    })
    const { discord, model, parley } = stage
    const ann = discord.person({ name: 'Ann' })
    const channel = { id: ids[0]! }
    model.next(say('Now I am.'))
    const question = ann.says(channel, `${parley} now?`)
    await answerInThread(stage, question, 'Now I am.')
    expect(asked(stage)).toHaveLength(1)
  })
})

describe('while Parley can’t take anything in', () => {
  it('because its database takes nothing, what is asked waits, and is answered once when it does again', async () => {
    const path = join(temporaryDirectory(), 'parley.db')
    const stage = await openDiscordStage({ env: { DATABASE_URL: `sqlite:${path}` } })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'general' })
    const ann = discord.person({ name: 'Ann' })
    const other = new DatabaseSync(path)
    onTestFinished(() => other.close())
    other.exec(
      "CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )
    const question = ann.says(channel, `${parley} anybody?`)
    await discord.until(() => stage.log.some((line) => line.includes('could not be taken in')), 10_000)
    expect(asked(stage)).toEqual([])
    other.exec('DROP TRIGGER full')
    model.next(say('Me.'))
    await answerInThread(stage, question, 'Me.')
    expect(asked(stage)).toHaveLength(1)
  }, 20_000)

  it('because too much is waiting, people are told so once, and the rest is answered', async () => {
    const stage = await openDiscordStage({ limits: { sends: wide, edits: wide } })
    const { discord, model } = stage
    const ann = discord.person({ name: 'Ann' })
    const gate = hold()
    model.next({ beats: [...text('One'), gate.beat, ...text('.')] })
    ann.says('dm', 'number one')
    await discord.until(() => spoken(stage, ann.dm).length === 1)
    for (let i = 0; i < 220; i++) ann.says('dm', `more ${i}.`)
    await discord.until(
      () => spoken(stage, ann.dm).some(({ content }) => content.includes('Too much')),
      10_000,
    )
    model.always(say('All of it.'))
    gate.open()
    await finished(stage, ann.dm, 'One.')
    await finished(stage, ann.dm, 'All of it.')
    const told = () => asked(stage).map((_, index) => prompt(stage, index).join('\n'))
    const all = Array.from({ length: 200 }, (_, i) => `more ${i}.`)
    await discord.until(() => all.every((words) => told().some((lines) => lines.includes(words))), 10_000)
    expect(spoken(stage, ann.dm).filter(({ content }) => content.includes('Too much'))).toHaveLength(1)
  }, 20_000)
})
