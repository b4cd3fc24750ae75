import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { modes } from './slack-stage.ts'
import { atHome, say } from './slack-telling.ts'
import { asked, ended, finished, heard, prompt, spoken } from './slack-watching.ts'

describe.each(modes)('by %s', (mode) => {
  it('a question that is edited is answered again, in the same message', async () => {
    const { stage, model, parley, channel, ann } = await atHome({ mode })
    model.next(say('Rome.'), say('Madrid.'))
    const question = ann.says(channel, `${parley} capital of Italy?`)
    const answer = await finished(stage, question, 'Rome.')
    ann.edits(question, `${parley} capital of Spain?`)
    const again = await finished(stage, question, 'Madrid.')
    expect(again.ts).toBe(answer.ts)
    expect(spoken(stage, question)).toHaveLength(1)
    expect(prompt(stage, -1)).toEqual(['user: capital of Spain?'])
  })

  it('a question that is deleted takes its answer with it', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome({ mode })
    model.next(say('Rome.'))
    const question = ann.says(channel, `${parley} capital of Italy?`)
    await finished(stage, question, 'Rome.')
    ann.deletes(question)
    await slack.until(() => spoken(stage, question).length === 0)
  })
})

describe('an edit of the question', () => {
  it('before its turn has come: only the new words are answered', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [...text('Hel'), gate.beat, ...text('lo.')] }, say('Madrid.'))
    const question = ann.says(channel, `${parley} hello`)
    await slack.until(() => spoken(stage, question).length === 1)
    const waiting = ann.says(question, 'capital of Italy?')
    ann.edits(waiting, 'capital of Spain?')
    await heard(stage)
    gate.open()
    await finished(stage, question, 'Madrid.')
    expect(prompt(stage, -1).at(-1)).toBe('user: capital of Spain?')
    expect(asked(stage)).toHaveLength(2)
    expect(spoken(stage, question)).toHaveLength(2)
  })

  it('while the answer is written: it begins again, in the same message', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome()
    const never = hold()
    model.next({ beats: [...text('Italy is '), never.beat] }, say('Madrid.'))
    const question = ann.says(channel, `${parley} capital of Italy?`)
    const begun = await slack.until(() => spoken(stage, question)[0])
    ann.edits(question, `${parley} capital of Spain?`)
    const answer = await finished(stage, question, 'Madrid.')
    expect(answer.ts).toBe(begun.ts)
    expect(spoken(stage, question)).toHaveLength(1)
    expect(await asked(stage)[0]?.closed).toBe('aborted')
  })

  it('in direct messages, after the answer was streamed: in the same message', async () => {
    const { stage, model, slack, ann } = await atHome()
    model.next(say('Rome.'), say('Madrid.'))
    const question = ann.says('dm', 'capital of Italy?')
    const answer = await finished(stage, question, 'Rome.', ann)
    expect(answer.streamed).toBe(true)
    ann.edits(question, 'capital of Spain?')
    const again = await finished(stage, question, 'Madrid.', ann)
    expect(again.ts).toBe(answer.ts)
    expect(spoken(stage, question, ann)).toHaveLength(1)
    expect(slack.ledger.of('chat.startStream')).toHaveLength(1)
  })

  it('in direct messages, while the answer streams: nothing of the old one stays', async () => {
    const { stage, slack, model, ann } = await atHome()
    const never = hold()
    model.next({ beats: [...text('Italy is '), never.beat] }, say('Madrid.'))
    const question = ann.says('dm', 'capital of Italy?')
    const begun = await slack.until(() => spoken(stage, question, ann)[0])
    ann.edits(question, 'capital of Spain?')
    const answer = await finished(stage, question, 'Madrid.', ann)
    await ended(stage, 1)
    expect(answer.ts).toBe(begun.ts)
    expect(spoken(stage, question, ann)).toHaveLength(1)
    expect(spoken(stage, question, ann)[0]?.isStreaming).toBe(false)
  })

  it('that first names Parley asks it; the next edit writes the same answer again', async () => {
    const { stage, model, parley, channel, ann } = await atHome()
    model.next(say('Rome.'), say('Madrid.'))
    const question = ann.says(channel, 'capital of Italy?')
    ann.edits(question, `${parley} capital of Italy?`)
    const answer = await finished(stage, question, 'Rome.')
    ann.edits(question, `${parley} capital of Spain?`)
    const again = await finished(stage, question, 'Madrid.')
    expect(again.ts).toBe(answer.ts)
    expect(asked(stage)).toHaveLength(2)
    expect(spoken(stage, question)).toHaveLength(1)
  })

  it('by which it speaks to somebody else withdraws the answer', async () => {
    const { stage, slack, model, parley, channel, ann, bob } = await atHome()
    model.next(say('Rome.'))
    const question = ann.says(channel, `${parley} capital of Italy?`)
    await finished(stage, question, 'Rome.')
    ann.edits(question, `<@${bob.id}> capital of Italy?`)
    await slack.until(() => spoken(stage, question).length === 0)
    expect(asked(stage)).toHaveLength(1)
  })

  it('that is only the preview of a link asks nobody anew', async () => {
    const { stage, slack, team, model, parley, channel, ann } = await atHome()
    model.next(say('A page.'), say('Yes.'))
    const words = `${parley} what is <https://example.org>?`
    const question = ann.says(channel, words)
    await finished(stage, question, 'A page.')
    const message = { type: 'message', user: ann.id, team: team.id, ts: question.ts, text: words }
    const link = { from_url: 'https://example.org', title: 'Example', text: 'An example', id: 1 }
    slack.send({
      kind: 'events_api',
      payload: {
        type: 'event_callback',
        team_id: team.id,
        api_app_id: slack.app.id,
        event_id: 'Ev0PREVIEW',
        event_time: Math.floor(Date.now() / 1000),
        authorizations: [{ team_id: team.id, enterprise_id: null, user_id: team.bot.user, is_bot: true }],
        event: {
          type: 'message',
          subtype: 'message_changed',
          hidden: true,
          channel: channel.id,
          channel_type: 'channel',
          ts: '1795000000.000900',
          event_ts: '1795000000.000900',
          message: { ...message, thread_ts: question.ts, attachments: [link] },
          previous_message: message,
        },
      },
    })
    ann.says(question, 'sure?')
    await finished(stage, question, 'Yes.')
    expect(asked(stage)).toHaveLength(2)
    expect(slack.ledger.of('chat.delete')).toEqual([])
  })
})

describe('a deleted question', () => {
  it('while its answer is written: the model is asked no further, and nothing stays', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome()
    model.next({ beats: [...text('Rome is '), hold().beat] })
    const question = ann.says(channel, `${parley} capital of Italy?`)
    await slack.until(() => spoken(stage, question).length === 1)
    ann.deletes(question)
    await slack.until(() => spoken(stage, question).length === 0)
    expect(await asked(stage)[0]?.closed).toBe('aborted')
  })

  it('while its answer streams in direct messages: nothing stays', async () => {
    const { stage, slack, model, ann } = await atHome()
    model.next({ beats: [...text('Rome is '), hold().beat] })
    const question = ann.says('dm', 'capital of Italy?')
    await slack.until(() => spoken(stage, question, ann).length === 1)
    ann.deletes(question)
    await slack.until(() => spoken(stage, question, ann).length === 0)
    expect(await asked(stage)[0]?.closed).toBe('aborted')
  })

  it('before its turn has come is never answered', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [...text('Hel'), gate.beat, ...text('lo.')] }, say('Good.'))
    const question = ann.says(channel, `${parley} hello`)
    await slack.until(() => spoken(stage, question).length === 1)
    ann.deletes(ann.says(question, 'I feel bad'))
    ann.says(question, 'how are you?')
    await heard(stage)
    gate.open()
    await finished(stage, question, 'Good.')
    expect(prompt(stage, -1).slice(2)).toEqual(['user: how are you?'])
    expect(spoken(stage, question)).toHaveLength(2)
  })

  it('in the middle of a thread takes only its own answer along', async () => {
    const { stage, slack, model, ann } = await atHome()
    model.next(say('Rome.'), say('The Tiber.'))
    const question = ann.says('dm', 'capital of Italy?')
    await finished(stage, question, 'Rome.', ann)
    const second = ann.says(question, 'its river?')
    await finished(stage, question, 'The Tiber.', ann)
    ann.deletes(second)
    await slack.until(() => spoken(stage, question, ann).length === 1)
    expect(spoken(stage, question, ann)[0]?.text).toBe('Rome.')
  })
})
