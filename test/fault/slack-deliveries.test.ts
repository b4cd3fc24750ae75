import { describe, expect, it } from 'vitest'
import type { Planned } from '../fakes/openai/script.ts'
import { text } from '../fakes/openai/script.ts'
import type { FakeMessage } from '../fakes/slack/handles.ts'
import { modes, openSlackStage } from '../scenario/slack-stage.ts'
import { asked, isFinished, prompt, spoken } from '../scenario/slack-watching.ts'

const mentions = process.env.PARLEY_FAULT === 'full' ? 1_000 : 30
const seed = Number(process.env.PARLEY_SEED ?? Date.now() % 1_000_000)

/** Says again what it was asked, so that a mix-up is seen. */
const echo: Planned = ({ body }) => {
  const words = JSON.stringify(body).match(/q\d+\./g) ?? []
  return { beats: text(`I heard ${words.join(' ')}`) }
}

describe.each(modes)('by %s', (mode) => {
  it(`each event comes four times, shuffled, as message and app_mention: ${mentions} mentions, ${mentions} answers (seed ${seed})`, async () => {
    const stage = await openSlackStage({
      mode,
      limits: 'none',
      policy: 'budgets: off\n',
      seed,
      retryMs: [0, 1_000, 5_000],
    })
    const { slack, model, parley } = stage
    const { team } = slack
    model.always(echo)
    slack.deliver({ times: 4, shuffled: true, withinMs: 40, seed })
    if (mode === 'socket') await slack.until(() => slack.sockets.count === 2)
    const channels = Array.from({ length: mentions / 2 }, (_, i) => team.channel({ name: `channel-${i}` }))
    const people = Array.from({ length: 10 }, (_, i) => team.person({ name: `Person ${i}` }))
    const questions: FakeMessage[] = []
    for (let i = 0; i < mentions; i++) {
      questions.push(people[i % 10]!.says(channels[i % channels.length]!, `${parley} q${i}.`))
      // In waves of 400 deliveries: more than three seconds of them at once Slack would send anew, minutes later.
      if (i % 50 === 49) await slack.until(() => asked(stage).length > i - 50, 90_000)
    }
    await slack.until(() => questions.every((one) => spoken(stage, one).some(isFinished)), 150_000)
    expect(questions.map((one) => spoken(stage, one).map((answer) => answer.text))).toEqual(
      questions.map((_, i) => [`I heard q${i}.`]),
    )
    expect(asked(stage)).toHaveLength(mentions)
    expect(channels.flatMap((channel) => spoken(stage, channel))).toEqual([])
    expect(slack.ledger.limited()).toEqual([])
    const came = mode === 'socket' ? slack.ledger.envelopes : slack.ledger.posts
    for (const type of ['message', 'app_mention'])
      expect(came.filter((one) => one.type === type).length).toBeGreaterThanOrEqual(4 * mentions)
    if (mode === 'socket')
      expect(new Set(slack.ledger.envelopes.map(({ connection }) => connection)).size).toBe(2)
  }, 300_000)

  it('a follow-up that comes four times is one turn, in its thread alone', async () => {
    const stage = await openSlackStage({ mode, limits: 'none', seed })
    const { slack, model, parley } = stage
    model.always(echo)
    slack.deliver({ times: 4, shuffled: true, withinMs: 20, seed })
    const channel = slack.team.channel({ name: 'general' })
    const ann = slack.team.person({ name: 'Ann' })
    const question = ann.says(channel, `${parley} q1.`)
    await slack.until(() => spoken(stage, question).some(isFinished))
    ann.says(question, 'q2.')
    ann.says('dm', 'q3.')
    await slack.until(() => spoken(stage, question).length === 2 && asked(stage).length === 3)
    expect(asked(stage).map((_, index) => prompt(stage, index).at(-1))).toEqual([
      'user: q1.',
      expect.stringMatching(/q[23]\./),
      expect.stringMatching(/q[23]\./),
    ])
  })
})
