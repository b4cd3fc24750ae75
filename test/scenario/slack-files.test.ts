import { describe, expect, it } from 'vitest'
import { png } from '../fakes/png.ts'
import { modes } from './slack-stage.ts'
import { atHome, say } from './slack-telling.ts'
import { finished, prompt } from './slack-watching.ts'

const picture = { name: 'sea.png', bytes: png(8, 8) }

describe.each(modes)('by %s', (mode) => {
  it('the model sees what a picture shows, with and without words', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome({ mode })
    model.next(say('A dot.'), say('Another dot.'))
    const question = ann.says(channel, `${parley} what is this?`, { files: [picture] })
    await finished(stage, question, 'A dot.')
    expect(prompt(stage, -1)).toEqual(['user: what is this? [picture]'])
    ann.says(question, '', { files: [picture] })
    await finished(stage, question, 'Another dot.')
    expect(prompt(stage, -1).at(-1)).toBe('user: [picture]')
    for (const { allowed, authorization } of slack.ledger.downloads) {
      expect(allowed).toBe(true)
      expect(authorization).toBe(`Bearer ${slack.team.botToken}`)
    }
  })
})

describe('in direct messages', () => {
  it('a picture without words is a question', async () => {
    const { stage, model, ann } = await atHome()
    model.next(say('A dot.'))
    const question = ann.says('dm', '', { files: [picture] })
    await finished(stage, question, 'A dot.', ann)
    expect(prompt(stage, -1)).toEqual(['user: [picture]'])
  })

  it('what cannot be read is named with the reason, and the rest is answered', async () => {
    const { stage, model, ann } = await atHome()
    model.next(say('One dot.'))
    const files = [picture, { name: 'notes.zip', bytes: Buffer.from('PK\u0003\u0004 and so on') }]
    const question = ann.says('dm', 'what are these?', { files })
    const answer = await finished(stage, question, /One dot\./, ann)
    expect(answer.text).toContain('`notes.zip`')
    expect(prompt(stage, -1).join()).toContain('[picture]')
    expect(prompt(stage, -1).join()).toContain('could not be read. `notes.zip`')
  })

  it('a file that only names itself is asked for, and read', async () => {
    const { stage, slack, model, ann } = await atHome()
    model.next(say('A dot.'))
    const question = ann.says('dm', 'what is this?', { files: [{ ...picture, checkInfo: true }] })
    await finished(stage, question, 'A dot.', ann)
    expect(prompt(stage, -1)).toEqual(['user: what is this? [picture]'])
    expect(slack.ledger.of('files.info')).toHaveLength(1)
  })

  it('Slack’s sign-in page is taken for no file: it is said which scope is missing', async () => {
    const { stage, slack, model, ann } = await atHome()
    slack.faults.next({ method: 'file' }, { status: 200, body: '<html><form id="signin"></form></html>' })
    model.next(say('I see nothing.'))
    const question = ann.says('dm', 'what is this?', { files: [picture] })
    const answer = await finished(stage, question, /I see nothing\./, ann)
    expect(answer.text).toMatch(/sea\.png.*files:read/s)
    expect(prompt(stage, -1).join()).not.toContain('[picture]')
    expect(JSON.stringify(model.ledger.map(({ body }) => body))).not.toContain('signin')
  })

  it('a file that was deleted meanwhile is named as gone', async () => {
    const { stage, slack, model, ann } = await atHome()
    model.next(say('Which one?'))
    slack.faults.next({ method: 'file' }, { status: 404, body: '<html>gone</html>' })
    const question = ann.says('dm', 'what is this?', { files: [picture] })
    const answer = await finished(stage, question, /Which one\?/, ann)
    expect(answer.text).toMatch(/sea\.png.*send it again/s)
  })

  it('the token goes to Slack alone: nothing is fetched from where Slack sends on to', async () => {
    const { stage, slack, model, ann } = await atHome()
    model.next(say('I see nothing.'))
    slack.files.redirect('https://files.example.org/sea.png')
    const question = ann.says('dm', 'what is this?', { files: [picture] })
    const answer = await finished(stage, question, /I see nothing\./, ann)
    expect(answer.text).toMatch(/sea\.png.*nothing from elsewhere/s)
  })
})
