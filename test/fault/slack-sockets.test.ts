import { expect, it } from 'vitest'
import type { Planned } from '../fakes/openai/script.ts'
import { text } from '../fakes/openai/script.ts'
import { seeded } from '../fakes/slack/chance.ts'
import type { FakeMessage } from '../fakes/slack/handles.ts'
import { openSlackStage } from '../scenario/slack-stage.ts'
import { asked, isFinished, prompt, spoken } from '../scenario/slack-watching.ts'

const isFull = process.env.PARLEY_FAULT === 'full'
const drops = isFull ? 100 : 4
const seed = Number(process.env.PARLEY_SEED ?? Date.now() % 1_000_000)
/** What was missed is fetched at the pace that Slack allows: fifty calls a minute. */
const people = isFull ? 12 : 2

const slowly: Planned = () => ({
  beats: [...text('I '), { kind: 'pause', ms: 20 }, ...text('see'), { kind: 'pause', ms: 20 }, ...text('.')],
})

const around = (story: readonly string[], words: string): string => {
  const at = story.findIndex((line) => line.startsWith(words))
  return story.slice(Math.max(0, at - 4), at + 4).join(', ')
}

it.each([
  ['Slack keeps what it can’t deliver', 60_000],
  ['Slack forgets what it can’t deliver', 0],
])(
  `the sockets break ${drops} times while people ask, and %s: each question is answered once (seed ${seed})`,
  async (_, keepMs) => {
    const stage = await openSlackStage({
      limits: 'none',
      policy: 'budgets: off\nslack: { streaming: off }\n',
      ackTimeoutMs: 300,
      keepMs,
      seed,
    })
    const { slack, model, parley } = stage
    const { team, sockets } = slack
    model.always(slowly)
    const random = seeded(seed)
    const chance = (below: number): number => Math.floor(random() * below)
    const everybody = Array.from({ length: people }, (_, i) => ({
      person: team.person({ name: `Person ${i}` }),
      channel: team.channel({ name: `channel-${i}` }),
      roots: [] as FakeMessage[],
    }))
    let questions = 0
    /** For whoever has to find out why one was lost. */
    const story: string[] = []

    /** A mention, a follow-up in a thread of the person's, or a direct message. */
    function ask(): void {
      const { person, channel, roots } = everybody[chance(people)]!
      const words = `q${questions++}.`
      const kind = chance(4)
      const earlier = roots[chance(Math.max(1, roots.length))]
      const follows = kind === 1 && earlier !== undefined && spoken(stage, earlier).length > 0
      story.push(`${words} ${kind === 0 ? 'dm' : follows ? 'follow-up' : 'mention'}`)
      if (follows) person.says(earlier, words)
      else roots.push(person.says(kind === 0 ? 'dm' : channel, kind === 0 ? words : `${parley} ${words}`))
    }

    /** After the next `count` calls, frames, or hundredths of a second. */
    const frames = (count: number) => {
      let looks = 0
      return slack.until(() => looks++ > count, 20_000)
    }

    const breaks: readonly (() => unknown)[] = [
      () => sockets.drop(),
      () => sockets.drop(sockets.numbers()[chance(2)]),
      () => sockets.close(1001),
      () => sockets.refresh(),
      async () => {
        sockets.warn()
        ask()
        await frames(chance(20))
        sockets.close(1000)
      },
      async () => {
        const back = sockets.away()
        ask()
        await frames(chance(30))
        ask()
        back()
      },
      async () => {
        const hears = sockets.deaf()
        ask()
        await frames(chance(40))
        sockets.drop()
        hears()
      },
      () => {
        sockets.refuse(1)
        sockets.drop()
        ask()
      },
    ]

    // Where nobody ever spoke with Parley, nothing is missed.
    for (const { person } of everybody) person.says('dm', `q${questions++}.`)
    await slack.until(() => asked(stage).length === people, 20_000)
    /** The questions that each request to the model asked for the first time. */
    const answered = () =>
      asked(stage).flatMap((_, index) => {
        const lines = prompt(stage, index)
        const fresh = lines.slice(lines.findLastIndex((line) => line.startsWith('assistant:')) + 1)
        return fresh.join('\n').match(/q\d+\./g) ?? []
      })
    const allAnswered = (withinMs: number) =>
      slack.until(() => new Set(answered()).size === questions, withinMs).catch(() => undefined) // told better below

    for (let i = 0; i < drops; i++) {
      for (let more = 1 + chance(3); more > 0; more--) {
        ask()
        await frames(chance(4))
      }
      await slack.until(() => sockets.count > 0, 60_000)
      await frames(chance(6))
      const kind = chance(breaks.length)
      story.push(`break ${kind}`)
      await breaks[kind]!()
      story.push('over')
      await frames(chance(12))
    }
    // Threads in which people talked are read some dozens a minute, so that new questions find room.
    await allAnswered(isFull ? 900_000 : 60_000)
    const all = Array.from({ length: questions }, (_, i) => `q${i}.`)
    expect(
      all.filter((each) => !answered().includes(each)).map((each) => around(story, each)),
      'lost',
    ).toEqual([])
    expect(answered().toSorted(), 'asked once').toEqual(all.toSorted())
    const answers = () =>
      everybody
        .flatMap(({ person, channel }) => [
          ...slack.visible(person.dm, { thread: 'all', as: person }),
          ...slack.visible(channel, { thread: 'all' }),
        ])
        .filter(({ fromBot }) => fromBot)
    await slack.until(() => answers().length >= asked(stage).length && answers().every(isFinished), 60_000)
    expect(answers()).toHaveLength(asked(stage).length)
    expect(new Set(answers().map((one) => one.text))).toEqual(new Set(['I see.']))
    expect(slack.ledger.limited()).toEqual([])
  },
  1_500_000,
)
