import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { type Beat, hold, text } from '../fakes/openai/script.ts'
import { temporaryDirectory } from './house.ts'
import { modes } from './slack-stage.ts'
import { atHome, inDeltas, labels, numbered, said, say } from './slack-telling.ts'
import { asked, finished, handle, spoken } from './slack-watching.ts'

describe.each(modes)('by %s', (mode) => {
  it('Slack’s own Stop ends an answer that streams in a direct message; what stood stays, marked', async () => {
    const { stage, slack, model, ann } = await atHome({ mode })
    model.next({ beats: [...text('First half, '), hold().beat] }, say('Both halves.'))
    const question = ann.says('dm', 'tell me')
    await slack.until(() => spoken(stage, question)[0]?.text === 'First half,')
    expect(spoken(stage, question)[0]?.isStreaming).toBe(true)
    ann.stopsSession('dm', question)
    const answer = await finished(stage, question, 'First half,\n\n*— stopped*')
    expect(await (await model.arrival(1)).closed).toBe('aborted')
    expect(spoken(stage, question)).toHaveLength(1)
    expect(labels(answer)).toEqual(['Regenerate'])
    await ann.presses(handle(answer, ann.team), 'Regenerate').answered()
    await finished(stage, question, 'Both halves.')
  })

  it('a Stop of Slack’s own before the first word ends it, too', async () => {
    const { stage, slack, model, ann } = await atHome({ mode })
    model.next({ beats: [hold().beat] })
    const question = ann.says('dm', 'tell me')
    const { closed } = await model.arrival(1)
    ann.stopsSession('dm', question)
    expect(await closed).toBe('aborted')
    await slack.until(() => said(spoken(stage, question)).some((words) => words.includes('stopped')))
    expect(spoken(stage, question)).toHaveLength(1)
  })
})

it('after a Stop of Slack’s own the message changes once, for its mark, whatever was still on its way', async () => {
  const { stage, slack, model, ann } = await atHome({ latency: () => 60 })
  const paced = inDeltas(numbered(2_000), 20).flatMap((beat): Beat[] => [beat, { kind: 'pause', ms: 10 }])
  model.next({ beats: paced })
  const question = ann.says('dm', 'tell me')
  await slack.until(() => spoken(stage, question)[0]?.text.includes('word0'))
  await slack.until(() => (spoken(stage, question)[0]?.streamCalls ?? 0) > 1)
  const before = spoken(stage, question)[0]!
  ann.stopsSession('dm', question)
  const answer = await finished(stage, question, /— stopped/)
  expect(answer.text.startsWith(before.text)).toBe(true)
  expect(answer.edits).toBe(1)
})

it('a Stop of Slack’s own in a channel is the asker’s alone', async () => {
  const { stage, slack, model, parley, channel, ann, bob } = await atHome()
  const rest = hold()
  model.next({ beats: [...text('First half, '), rest.beat, ...text('second half.')] })
  const question = ann.says(channel, `${parley} tell me`)
  await slack.until(() => spoken(stage, question)[0]?.text === 'First half,')
  bob.stopsSession(question)
  const told = () => slack.visible(channel, { as: bob, thread: 'all' }).filter(({ ephemeral }) => ephemeral)
  await slack.until(() => said(told())[0]?.includes('Only the person who asked'))
  rest.open()
  await finished(stage, question, 'First half, second half.')
})

it('thumbs are kept with the answer, each person’s last', async () => {
  const path = join(temporaryDirectory(), 'parley.db')
  const env = { DATABASE_URL: `sqlite:${path}` }
  const { stage, slack, model, team, parley, channel, ann, bob } = await atHome({ env })
  model.next(say('Heads.'))
  const question = ann.says(channel, `${parley} toss a coin`)
  const answer = handle(await finished(stage, question, 'Heads.'), team.id)
  await ann.feedback(answer, 'up').answered()
  await bob.feedback(answer, 'up').answered()
  const kept = () => {
    const database = new DatabaseSync(path, { readOnly: true })
    const rows = database.prepare('SELECT value FROM kv').all() as { value: string }[]
    database.close()
    return rows.flatMap(({ value }) => /"thumbs":(\{[^}]*\})/.exec(value)?.[1] ?? [])
  }
  const has = (thumbs: Record<string, string>) => () =>
    kept().some(
      (one) =>
        JSON.stringify(Object.entries(JSON.parse(one)).sort()) ===
        JSON.stringify(Object.entries(thumbs).sort()),
    )
  await slack.until(has({ [ann.id]: 'up', [bob.id]: 'up' }))
  await bob.feedback(answer, 'down').answered()
  await slack.until(has({ [ann.id]: 'up', [bob.id]: 'down' }))
})

describe('a button’s value that is not from here', () => {
  it.each([
    ['of another channel', (value: string, other: string) => value.replace(/"C[A-Z0-9]+"/, `"${other}"`)],
    ['of another workspace', (value: string) => value.replace(/"T[A-Z0-9]+"/, '"T0ELSEWHERE"')],
    ['of another app', () => 'approve'],
    ['without end', () => `["stop",${'['.repeat(900)}`],
  ])('%s leads to nothing but words for the one who pressed', async (_, forge) => {
    const { stage, slack, model, team, parley, channel, ann } = await atHome()
    const other = team.channel({ name: 'other' })
    model.next(say('Heads.'))
    const question = ann.says(channel, `${parley} toss a coin`)
    const seen = await finished(stage, question, 'Heads.')
    const [button] = seen.buttons
    const container = { type: 'message', message_ts: seen.ts, channel_id: channel.id, thread_ts: seen.thread }
    const acknowledged = Promise.withResolvers<void>()
    slack.send({
      kind: 'interactive',
      payload: {
        type: 'block_actions',
        user: { id: ann.id, username: 'ann', name: 'ann', team_id: team.id },
        team: { id: team.id, domain: team.domain },
        enterprise: null,
        api_app_id: slack.app.id,
        channel: { id: channel.id, name: 'general' },
        container: { ...container, is_ephemeral: false },
        trigger_id: '1.2.3',
        message: { type: 'message', ts: seen.ts, thread_ts: seen.thread },
        actions: [
          {
            type: 'button',
            action_id: button!.actionId,
            block_id: 'b',
            value: forge(button!.value ?? '', other.id),
            action_ts: '1795151319.000000',
          },
        ],
      },
      acknowledged: () => acknowledged.resolve(),
      failed: (why) => acknowledged.reject(new Error(why)),
    })
    await acknowledged.promise
    await slack.until(() =>
      slack
        .visible(channel, { as: ann, thread: 'all' })
        .some(({ ephemeral, text }) => ephemeral && text.includes('I don’t know this button')),
    )
    expect(asked(stage)).toHaveLength(1)
    expect(said(spoken(stage, question))).toEqual(['Heads.'])
    expect(slack.visible(other, { as: ann })).toEqual([])
  })
})
