import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { temporaryDirectory } from './house.ts'
import { modes } from './slack-stage.ts'
import { atHome, said, say } from './slack-telling.ts'
import { finished, isFinished, spoken } from './slack-watching.ts'

/** By HTTP the fake, in this same process, opens a connection for each of them. */
const crowds = process.env.PARLEY_FAULT === 'full' ? { socket: 200, http: 100 } : { socket: 40, http: 20 }

describe.each(modes)('by %s', (mode) => {
  it('a crowd of people at once with a slow model: all are acknowledged within three seconds, and all are answered', async () => {
    const { slack, model, team, stage } = await atHome({ mode, policy: 'budgets: off\n' })
    const gate = hold()
    model.always({ beats: [gate.beat, ...text('Here you are.')] })
    const asked = Array.from({ length: crowds[mode] }, (_, index) => {
      const channel = team.channel({ name: `room-${index}` })
      const person = team.person({ name: `P${index}` })
      return { channel, call: person.slash(channel, '/ask', `question ${index}`) }
    })
    await Promise.all(asked.map(({ call }) => call.answered()))
    expect(Math.max(...asked.map(({ call }) => call.acknowledgedAfterMs!))).toBeLessThan(3_000)
    gate.open()
    await slack.until(() => asked.every(({ channel }) => spoken(stage, channel).some(isFinished)), 15_000)
    for (const { channel } of asked) expect(said(slack.visible(channel))).toEqual(['Here you are.'])
    expect(slack.ledger.limited()).toEqual([])
  }, 25_000)
})

it('a database that is busy for long holds up no acknowledgement, and nothing is lost', async () => {
  const path = join(temporaryDirectory(), 'parley.db')
  const { model, channel, ann, stage } = await atHome({ env: { DATABASE_URL: `sqlite:${path}` } })
  model.next(say('Here you are.'))
  const neighbour = new DatabaseSync(path)
  neighbour.exec('BEGIN IMMEDIATE')
  try {
    const asked = await ann.slash(channel, '/ask', 'slow?').answered()
    expect(asked.acknowledgedAfterMs).toBeLessThan(3_000)
    expect(spoken(stage, channel)).toEqual([])
  } finally {
    neighbour.exec('COMMIT')
    neighbour.close()
  }
  await finished(stage, channel, 'Here you are.')
})
