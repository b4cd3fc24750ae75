import { readFileSync } from 'node:fs'
import { encode as encodeBmp } from 'bmp-ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { modes } from './slack-stage.ts'
import { atHome, say } from './slack-telling.ts'
import { asked, finished, prompt } from './slack-watching.ts'

const red = () => sharp({ create: { width: 30, height: 20, channels: 3, background: '#c00' } })
const heic = readFileSync(new URL('../files/turned.heic', import.meta.url))
const bmp = () =>
  Buffer.from(encodeBmp({ width: 2, height: 2, data: Buffer.alloc(16, 0xff), bitPP: 24 } as never).data)

/** The media types of the pictures in a request. */
const shown = (body: unknown): string[] =>
  [...JSON.stringify(body).matchAll(/"data:(image\/[a-z]+);base64,/g)].map(([, type]) => type ?? '')

const kinds: readonly (readonly [string, () => Promise<Buffer> | Buffer, string])[] = [
  ['sea.png', () => red().png().toBuffer(), 'image/png'],
  ['sea.jpg', () => red().jpeg().toBuffer(), 'image/jpeg'],
  ['sea.webp', () => red().webp().toBuffer(), 'image/webp'],
  ['sea.gif', () => red().gif().toBuffer(), 'image/gif'],
  ['sea.tiff', () => red().tiff().toBuffer(), 'image/jpeg'],
  ['sea.avif', () => red().avif().toBuffer(), 'image/jpeg'],
  ['sea.heic', () => heic, 'image/jpeg'],
  ['sea.bmp', bmp, 'image/png'],
]

it('pictures of each kind are seen, those that the model doesn’t take in another form', async () => {
  const { stage, model, ann } = await atHome()
  model.always(say('Red.'))
  const files = await Promise.all(kinds.map(async ([name, make]) => ({ name, bytes: await make() })))
  const question = ann.says('dm', 'which colour?', { files })
  await finished(stage, question, 'Red.', ann)
  expect(shown(asked(stage).at(-1)?.body)).toEqual(kinds.map(([, , type]) => type))
})

describe.each(modes)('by %s', (mode) => {
  it('a follow-up still sees the picture, without fetching it again', async () => {
    const { stage, slack, model, parley, channel, ann, bob } = await atHome({ mode })
    model.next(say('Red.'), say('Still red.'))
    const files = [{ name: 'sea.png', bytes: await red().png().toBuffer() }]
    const question = ann.says(channel, `${parley} which colour?`, { files })
    await finished(stage, question, 'Red.')
    // Its link may be dead by then.
    slack.files.expire()
    bob.says(question, 'and now?')
    await finished(stage, question, 'Still red.')
    expect(prompt(stage, -1)).toEqual([
      'user: [Ann] which colour? [picture]',
      'assistant: Red.',
      'user: [Bob] and now?',
    ])
    expect(slack.ledger.downloads).toHaveLength(1)
  })

  it('a picture of another company’s person is asked for by its id, and seen', async () => {
    const { stage, slack, model, parley, team } = await atHome({
      mode,
      policy: 'access: { foreign: true }\n',
    })
    const partner = slack.workspace()
    const shared = team.channel({ name: 'together', shared: [partner] })
    const eve = team.person({ name: 'Eve', foreign: partner })
    model.next(say('Red.'))
    const files = [{ name: 'sea.png', bytes: await red().png().toBuffer(), checkInfo: true }]
    const question = eve.says(shared, `${parley} which colour?`, { files })
    await finished(stage, question, 'Red.')
    expect(prompt(stage, -1)).toEqual(['user: which colour? [picture]'])
    expect(slack.ledger.of('files.info')).toHaveLength(1)
  })
})
