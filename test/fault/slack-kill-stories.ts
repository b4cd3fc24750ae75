import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { hold, text } from '../fakes/openai/script.ts'
import { type Program, startProgram } from '../fakes/program.ts'
import { seeded } from '../fakes/slack/chance.ts'
import type { SeenMessage } from '../fakes/slack/seeing.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'
import { temporaryDirectory } from '../scenario/house.ts'
import type { Mode } from '../scenario/slack-stage.ts'
import { inDeltas, numbered, said } from '../scenario/slack-telling.ts'
import { spoken } from '../scenario/slack-watching.ts'
import { isWhole, sayAll } from './slack-whole-text.ts'

const kills = process.env.PARLEY_FAULT === 'full' ? 100 : 2

interface Mortal {
  readonly slack: SlackFake
  readonly model: OpenAiFake
  /** SIGKILL when left out. */
  kill(signal?: NodeJS.Signals): Promise<void>
  begin(): Promise<void>
}

async function mortal(mode: Mode): Promise<Mortal> {
  const [slack, model] = await Promise.all([
    startSlackFake({ limits: 'none', ackTimeoutMs: 1_000, retryMs: [100, 1_000, 2_000] }),
    startOpenAiFake(),
  ])
  onTestFinished(async () => void (await Promise.all([slack.close(), model.close()])))
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'parley.yaml'), 'budgets: off\n')
  const env = {
    SLACK_BOT_TOKEN: slack.team.botToken,
    ...(mode === 'socket'
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    SLACK_API_URL: slack.apiUrl,
    OPENAI_BASE_URL: model.url,
    OPENAI_API: 'responses',
  }
  let program: Program | null = null
  const begin = async () => {
    program = await startProgram({ directory, env })
    const { output } = program
    if (mode === 'http') slack.http.to(`${program.url}/slack/events`)
    await slack.until(() => /Connected to Slack|taken in at POST/.test(output()), 10_000)
  }
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => void (await program?.kill(signal))
  onTestFinished(() => kill())
  await begin()
  return { slack, model, kill, begin }
}

/** The stories of one mode: a file each, for they take long. */
export function tellOfKills(mode: Mode): void {
  describe(`kill -9, by ${mode}`, () => {
    it('finishes by editing what was shown, and nothing stands twice', async () => {
      const { slack, model, kill, begin } = await mortal(mode)
      const { team } = slack
      const ann = team.person({ name: 'Ann' })
      const long = numbered(2_600)
      let isBefore = true
      model.always(({ body }) => {
        const words = JSON.stringify(body)
        const stop = isBefore ? [hold().beat] : []
        if (words.includes('a lot')) return { beats: [...inDeltas(long, 500), ...stop] }
        return { beats: [...text('First half, '), ...stop, ...text('second half.')] }
      })
      const asks = (where: 'dm' | 'channel', words: string) => {
        const channel = where === 'dm' ? 'dm' : team.channel({ name: 'general' })
        const question = ann.says(channel, `${where === 'dm' ? '' : `<@${team.bot.user}> `}${words}`)
        return { seen: () => spoken({ slack }, question) }
      }
      const [edited, streamed] = [asks('channel', 'tell me'), asks('dm', 'tell me')]
      const [editedLong, streamedLong] = [asks('channel', 'tell me a lot'), asks('dm', 'tell me a lot')]
      const shown = [edited, streamed]
      const longer = [editedLong, streamedLong]
      await slack.until(
        () =>
          shown.every(({ seen }) => said(seen())[0] === 'First half,') &&
          longer.every(({ seen }) => seen().length >= 2),
        15_000,
      )
      // Their first messages were sent, and the replies never came.
      slack.faults.next({ method: 'chat.postMessage' }, 'lose the reply')
      slack.faults.next({ method: 'chat.startStream' }, 'lose the reply')
      const unsure = [asks('channel', 'tell me, too'), asks('dm', 'tell me, too')]
      await slack.until(() => unsure.every(({ seen }) => seen().length === 1), 10_000)
      const all = [...shown, ...longer, ...unsure]
      const drafts = all.map(({ seen }) => seen().map(({ ts }) => ts))
      isBefore = false
      await kill()
      await begin()

      await slack.until(() => all.every(({ seen }) => isWhole(seen())), 30_000)
      expect(
        all.map(({ seen }, i) =>
          seen()
            .map(({ ts }) => ts)
            .slice(0, drafts[i]!.length),
        ),
      ).toEqual(drafts)
      for (const { seen } of [...shown, ...unsure]) expect(said(seen())).toEqual(['First half, second half.'])
      for (const { seen } of longer) expect(sayAll(seen(), long)).toBe(true)
    }, 60_000)

    it(`at any moment, ${kills} times: each question is answered once and whole`, async () => {
      const { slack, model, kill, begin } = await mortal(mode)
      const { team } = slack
      const seed = Number(process.env.PARLEY_SEED ?? Date.now() % 1_000_000)
      console.log(`PARLEY_SEED=${seed}`)
      const random = seeded(seed)
      const ann = team.person({ name: 'Ann' })
      const answer = numbered(1_600)
      model.always({
        beats: inDeltas(answer, 500).flatMap((beat) => [beat, { kind: 'pause', ms: 12 } as const]),
      })
      const channels = Array.from({ length: 10 }, (_, i) => team.channel({ name: `channel-${i}` }))
      const first = ann.says(channels[0]!, `<@${team.bot.user}> hello`)
      await slack.until(() => isWhole(spoken({ slack }, first)), 20_000)
      // How far it has heard is kept once a second; before that all is new to it, and nothing missed.
      await pause(1_200)
      const told: { readonly name: string; seen(): readonly SeenMessage[] }[] = []
      const settled = () => slack.until(() => told.every(({ seen }) => isWhole(seen())), 60_000)
      for (let turn = 0; turn < kills; turn++) {
        const delay = Math.floor(random() * 600)
        // The process may die before, within and after the first call that shows something.
        const question =
          turn % 2 === 0
            ? ann.says('dm', `question ${turn}`)
            : ann.says(channels[turn % 10]!, `<@${team.bot.user}> question ${turn}`)
        if (turn % 5 === 4) slack.faults.next({ method: /startStream|postMessage/ }, { delayMs: 300 })
        await pause(delay)
        told.push({
          name: `question ${turn} killed after ${delay} ms`,
          seen: () => spoken({ slack }, question),
        })
        // Now and then it is asked to end, and has its time for it.
        await kill(turn % 4 === 1 ? 'SIGTERM' : 'SIGKILL')
        await begin()
        // Who is killed each second for minutes finishes nothing: a question that meets 100 ends is given up.
        if (turn % 25 === 24) await settled()
      }
      await settled().catch(() => undefined) // told better below
      const wrong = told.flatMap(({ name, seen }) =>
        sayAll(seen(), answer) && isWhole(seen()) ? [] : [{ name, shown: said(seen()) }],
      )
      expect(wrong).toEqual([])
      expect(channels.flatMap((channel) => spoken({ slack }, channel))).toEqual([])
    }, 900_000)
  })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
