import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { labels } from './discord-telling.ts'
import { answerInThread, asked, finished, spoken } from './discord-watching.ts'

const say = (words: string) => ({ beats: text(words) })

async function atHome() {
  const stage = await openDiscordStage()
  const guild = stage.discord.guild({ name: 'Home' })
  const channel = guild.channel({ name: 'general' })
  const ann = stage.discord.person({ name: 'Ann' })
  return { stage, guild, channel, ann, ...stage }
}

const refused = (stage: Awaited<ReturnType<typeof openDiscordStage>>) =>
  stage.discord.ledger.requests.filter(({ status }) => status >= 400)

describe('when people take the place away', () => {
  it('a thread that is deleted while the answer is written ends it, and nothing else', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [...text('Once '), gate.beat, ...text('upon a time.')] }, say('Hello.'))
    const question = ann.says(channel, `${parley} a story`)
    const thread = await discord.until(() => discord.threadOf(question))
    await discord.until(() => spoken(stage, thread).length === 1)
    thread.delete()
    gate.open()
    await answerInThread(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    await discord.until(() => stage.log.filter((line) => line.includes('"turn ended"')).length === 2)
    expect(refused(stage).length).toBeLessThanOrEqual(3)
    expect(asked(stage)).toHaveLength(2)
  })

  it('a question that is deleted before its thread could be opened leaves nothing behind', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    model.always(say('Hello.'))
    ann.deletes(ann.says(channel, `${parley} never mind`))
    await answerInThread(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    await discord.until(() => spoken(stage, channel).length === 0)
    expect(refused(stage).length).toBeLessThanOrEqual(3)
  })
})

describe('a thread that is locked while the answer is written', () => {
  it('keeps the half of it, and the whole goes beside the question, once', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [...text('Once '), gate.beat, ...text('upon a time.')] }, say('Another.'))
    const question = ann.says(channel, `${parley} a story`)
    const thread = await discord.until(() => discord.threadOf(question))
    await discord.until(() => spoken(stage, thread).length === 1)
    thread.archive({ locked: true })
    gate.open()
    await finished(stage, channel, 'Once upon a time.')
    await discord.until(() => stage.log.some((line) => line.includes('"turn ended"')))
    expect(spoken(stage, channel)).toMatchObject([{ replyTo: question.id }])
    expect(spoken(stage, thread)).toMatchObject([{ content: 'Once' }])
    expect(refused(stage).length).toBeLessThanOrEqual(2)
    ann.presses(spoken(stage, channel)[0]!, 'Regenerate')
    await finished(stage, channel, 'Another.')
    await discord.until(() => stage.log.filter((line) => line.includes('"turn ended"')).length === 2)
    expect(spoken(stage, channel)).toHaveLength(1)
    // The half one has a Stop still.
    ann.presses(spoken(stage, thread)[0]!, 'Stop')
    await discord.until(() =>
      discord.visible(thread, { as: ann }).some(({ content }) => /no longer/.test(content)),
    )
  })
})

describe('when a thread was archived meanwhile', () => {
  it.each<[string, (world: Answered) => unknown, readonly string[]]>([
    ['another answer replaces the first', ({ ann, answer }) => ann.presses(answer, 'Regenerate'), ['Two.']],
    ['an edited question is answered anew', ({ ann, question }) => ann.edits(question, 'anew'), ['Two.']],
    ['a deleted question takes its answer along', ({ ann, question }) => ann.deletes(question), []],
  ])('%s', async (_, act, left) => {
    const answered = await answeredAtHome()
    const { stage, discord, thread } = answered
    thread.archive()
    act(answered)
    await discord.until(
      () =>
        spoken(stage, thread)
          .map(({ content }) => content)
          .join() === left.join(),
    )
    expect(discord.ledger.of('PATCH', '/channels/:channel')).toMatchObject([{ body: { archived: false } }])
  })

  it('as often as a thread may be changed, its answers are written again after that, too', async () => {
    const { stage, discord, model, thread, answer, ann } = await answeredAtHome()
    const ended = () => stage.log.filter((line) => line.includes('"turn ended"')).length
    for (const round of ['Two.', 'Three.', 'Four.']) {
      if (round !== 'Four.') thread.archive()
      if (round !== 'Two.') model.next(say(round))
      const before = ended()
      ann.presses(answer, 'Regenerate')
      await finished(stage, thread, round)
      await discord.until(() => ended() > before)
    }
    expect(spoken(stage, thread).map(({ content }) => content)).toEqual(['Four.'])
  })
})

type Answered = Awaited<ReturnType<typeof answeredAtHome>>

async function answeredAtHome() {
  const home = await atHome()
  const { stage, discord, model, parley, channel, ann } = home
  model.next(say('One.'), say('Two.'))
  const question = ann.says(channel, `${parley} count`)
  const { thread, answer } = await answerInThread(stage, question, 'One.')
  await discord.until(() => stage.log.some((line) => line.includes('"turn ended"')))
  return { ...home, question, thread, answer }
}

describe('where Parley may not read what was said', () => {
  it('it answers without the reference to the question', async () => {
    const stage = await openDiscordStage({ policy: 'conversations: reply\n' })
    const { discord, model, parley } = stage
    const channel = discord.guild({ name: 'Home' }).channel({ name: 'x', permissions: { history: false } })
    model.next(say('Hello.'))
    discord.person({ name: 'Ann' }).says(channel, `${parley} hello`)
    await discord.until(() => spoken(stage, channel)[0]?.content === 'Hello.')
    expect(spoken(stage, channel)).toMatchObject([{ replyTo: null }])
  })
})

describe('where Parley may not speak', () => {
  it('it asks no model and makes no call, and goes on elsewhere', async () => {
    const { stage, guild, model, parley, channel, ann } = await atHome()
    const silent = guild.channel({ name: 'silent', permissions: { send: false, createThreads: false } })
    model.always(say('Hello.'))
    ann.says(silent, `${parley} hello`)
    await answerInThread(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    expect(stage.log.filter((line) => line.includes('may not write'))).toHaveLength(1)
    expect(asked(stage)).toHaveLength(1)
    // Ten thousand refused calls in ten minutes are a ban (Discord's documents, "Invalid Request Limit").
    expect(refused(stage)).toEqual([])
    expect(spoken(stage, silent)).toEqual([])
  })

  it('in the thread that it opened, it answers beside the question, and goes on there', async () => {
    const { stage, discord, guild, model, parley, ann } = await atHome()
    const channel = guild.channel({ name: 'half', permissions: { sendInThreads: false } })
    model.next(say('One.'), say('Two.'))
    const question = ann.says(channel, `${parley} count`)
    await discord.until(() => labels(spoken(stage, channel)[0]).includes('Regenerate'))
    expect(spoken(stage, channel)).toMatchObject([{ content: 'One.', replyTo: question.id }])
    expect(
      stage.log.filter((line) => /beside its question/.test(line) && /Send Messages in Threads/.test(line)),
    ).toHaveLength(1)
    ann.presses(spoken(stage, channel)[0]!, 'Regenerate')
    await discord.until(() => spoken(stage, channel)[0]?.content === 'Two.')
    expect(spoken(stage, channel)).toHaveLength(1)
  })

  it('because the thread is locked, it stays quiet there', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    model.next(say('One.'))
    const { thread } = await answerInThread(stage, ann.says(channel, `${parley} count`), 'One.')
    const gate = hold()
    model.next({ beats: [gate.beat, ...text('x')] })
    ann.says(thread, 'on')
    await discord.until(() => asked(stage).length === 2)
    thread.archive({ locked: true })
    gate.open()
    await discord.until(() => stage.log.filter((line) => line.includes('"turn ended"')).length === 2)
    expect(refused(stage).length).toBeLessThanOrEqual(4)
  })
})
