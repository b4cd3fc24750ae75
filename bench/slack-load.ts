import { setTimeout as pause } from 'node:timers/promises'
import { startSlackFake } from '../test/fakes/slack/slack-fake.ts'
import { runProgram } from './child.ts'
import { type Crowd, type Load, timesOf } from './crowd.ts'
import { PACE } from './discord-load.ts'
import { startPacedModel } from './paced-model.ts'
import { keyOf, shownBy } from './slack-shown.ts'

export interface SlackCrowd extends Crowd {
  /** Where they ask: mentions in channels, answered by edits, or direct messages, answered by Slack's own streams. */
  readonly in: 'channels' | 'dms'
  /** Slack's documented limits, or none. */
  readonly limits: 'documented' | 'none'
}

const PARLEY = new URL('../src/main.ts', import.meta.url).pathname
/** The round trip to Slack. */
const LATENCY_MS = { least: 40, most: 60 }
const PATIENCE_MS = 180_000
const POLICY = 'budgets: off\n'
/**
 * Slack's windows are of a minute, and Parley keeps to them where nobody enforces them too: what was asked before must
 * not count against what is measured.
 */
const WINDOW_MS = 60_000

/** Drives Parley, in a process of its own, with a crowd; all that is measured is seen from outside. */
export async function loadSlack(crowd: SlackCrowd): Promise<Load> {
  const [slack, model] = await Promise.all([
    startSlackFake({
      latency: () => LATENCY_MS.least + Math.random() * (LATENCY_MS.most - LATENCY_MS.least),
      ...(crowd.limits === 'none' && { limits: 'none' }),
    }),
    startPacedModel(PACE),
  ])
  const { team } = slack
  const rooms = Array.from({ length: crowd.oneChannel ? 1 : crowd.people }, (_, index) =>
    team.channel({ name: `room-${index}` }),
  )
  const people = Array.from({ length: crowd.people + crowd.before }, (_, index) =>
    team.person({ name: `P${index}` }),
  )
  const child = runProgram(PARLEY, {
    policy: POLICY,
    env: {
      SLACK_BOT_TOKEN: team.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      OPENAI_BASE_URL: model.url,
      OPENAI_API: 'responses',
      OPENAI_MODEL: 'paced',
    },
  })
  try {
    await slack.until(() => slack.sockets.count >= 2, 20_000)
    const ask = (index: number, room = rooms[index % rooms.length]) => {
      const person = people[index]
      if (!room || !person) throw new Error('no such person')
      return crowd.in === 'dms'
        ? person.says('dm', `question ${index}`)
        : person.says(room, `<@${team.bot.user}> question ${index}`)
    }
    // Loads what is loaded lazily.
    const earlier = Array.from({ length: crowd.before }, (_, index) => crowd.people + index)
    for (const index of earlier) ask(index, team.channel({ name: `earlier-${index}` }))
    await slack.until(() => earlier.every((index) => model.written.has(index)), PATIENCE_MS)
    await pause(WINDOW_MS + 2_500)
    const before = { cpu: child.cpuMs(), calls: slack.ledger.calls.length }
    const asked = new Map<string, number>()
    const askedAt: number[] = []
    for (let index = 0; index < crowd.people; index++) {
      if (crowd.overMs > 0 && index > 0) await pause(crowd.overMs / crowd.people)
      const { channel, ts } = ask(index)
      asked.set(keyOf(channel, ts), index)
      askedAt.push(Date.now())
    }
    const shown = shownBy(model.text, asked)
    let read = before.calls
    await slack.until(() => {
      const { calls } = slack.ledger
      for (let entry = calls[read]; entry && entry.endedAt !== null; entry = calls[++read]) shown.take(entry)
      return shown.whole() === crowd.people
    }, PATIENCE_MS)
    await pause(500)
    const calls = slack.ledger.calls.slice(before.calls)
    return {
      ...timesOf(askedAt, model, shown),
      calls: calls.length / crowd.people,
      refused: calls.filter(({ status }) => status === 429).length,
      cpuMs: (child.cpuMs() - before.cpu) / crowd.people,
      peakMb: child.peakMb(),
    }
  } finally {
    await child.end()
    await Promise.all([slack.close(), model.close()])
  }
}
