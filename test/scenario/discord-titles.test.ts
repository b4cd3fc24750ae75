import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { answerInThread, asked, finished, spoken } from './discord-watching.ts'

const say = (words: string) => ({ beats: text(words) })
const rename = '/channels/:channel'

async function titled(question: string, policy = '') {
  const stage = await openDiscordStage({ policy })
  const channel = stage.discord.guild({ name: 'Home' }).channel({ name: 'general' })
  const ann = stage.discord.person({ name: 'Ann' })
  stage.model.next(say('Well.'), say('A fine title'))
  const asking = ann.says(channel, `${stage.parley} ${question}`)
  const { thread } = await answerInThread(stage, asking, 'Well.')
  return { ...stage, stage, ann, asking, thread, title: () => stage.discord.nameOf(thread) }
}

describe('a thread is called', () => {
  it('as the question, on one line, cut at a word', async () => {
    const { title } = await titled(
      `how do I\n\nkeep my tomatoes alive ${'through a long and rainy summer '.repeat(5)}?`,
    )
    expect(title()).toMatch(/^how do I keep my tomatoes alive through .*[a-z]…$/)
    expect(title().length).toBeLessThanOrEqual(100)
  })

  it('without half an emoji', async () => {
    const { title } = await titled('👩‍👩‍👧‍👦'.repeat(30))
    expect(title()).toMatch(/^👩/u)
    expect(title().isWellFormed()).toBe(true)
    expect(title().length).toBeLessThanOrEqual(100)
  })

  it('as the model says after the first answer, once, where that is switched on', async () => {
    const { discord, stage, ann, thread, title } = await titled('hm', 'titles: model\n')
    await discord.until(() => title() === 'A fine title')
    stage.model.next(say('Again.'))
    ann.says(thread, 'go on')
    await finished(stage, thread, 'Again.')
    expect(discord.ledger.of('PATCH', rename)).toHaveLength(1)
    expect(asked(stage)).toHaveLength(3)
    expect(spoken(stage, thread)).toHaveLength(2)
  })

  it('without a word of the question once that is deleted', async () => {
    const { discord, stage, ann, thread, asking, title } = await titled('a secret')
    ann.deletes(asking)
    await discord.until(() => title() === 'Deleted question')
    expect(spoken(stage, thread)).toEqual([])
  })

  it('so too when it is deleted before a word of the answer is there', async () => {
    const stage = await openDiscordStage()
    const { discord, model, parley } = stage
    const gate = hold()
    model.next({ beats: [gate.beat, ...text('x')] })
    const ann = discord.person({ name: 'Ann' })
    const asking = ann.says(discord.guild({ name: 'Home' }).channel({ name: 'x' }), `${parley} a secret`)
    const thread = await discord.until(() => discord.threadOf(asking))
    await discord.until(() => asked(stage).length === 1)
    ann.deletes(asking)
    await discord.until(() => discord.nameOf(thread) === 'Deleted question')
    gate.open()
  })

  it('as the question and stays so where it is not', async () => {
    const { discord, title } = await titled('what is water?')
    expect(title()).toBe('what is water?')
    expect(discord.ledger.of('PATCH', rename)).toEqual([])
  })
})
