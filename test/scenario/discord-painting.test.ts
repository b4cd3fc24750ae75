import { describe, expect, it } from 'vitest'
import { fieldsOf } from '../fakes/openai/received.ts'
import { hold, text } from '../fakes/openai/script.ts'
import { png } from '../fakes/png.ts'
import {
  atHome,
  ended,
  filesIn,
  lastParts,
  picturesIn,
  sentTo,
  some,
  spentBy,
} from './discord-media-telling.ts'
import { labels, replyTo, said } from './discord-telling.ts'
import { asked, finished, spoken } from './discord-watching.ts'

const painting = ['Regenerate', '👍', '👎']

/** What the server answers to `/images/generations`, as a whole. */
const painted = (bytes: Uint8Array) => ({
  kind: 'bytes' as const,
  status: 200,
  headers: { 'content-type': 'application/json' },
  bytes: Buffer.from(
    JSON.stringify({
      created: 1_790_000_000,
      output_format: 'png',
      data: [{ b64_json: Buffer.from(bytes).toString('base64') }],
      usage: { input_tokens: 10, output_tokens: 200, total_tokens: 210 },
    }),
  ),
})

const image = (bytes: Uint8Array, partial: boolean) => ({
  kind: 'image' as const,
  base64: Buffer.from(bytes).toString('base64'),
  partial,
})

describe('/image', () => {
  it('is answered with a picture in its own reply, described by what was asked for', async () => {
    const stage = await atHome()
    const { discord, model, ann, channel } = stage
    model.next(painted(png(40, 30)))
    const call = ann.slash(channel, 'image', { prompt: 'A lighthouse', size: '1536x1024' })
    await discord.until(() => labels(call.replies()[0]).join() === painting.join())
    expect(sentTo(stage, '/images/generations')[0]?.body).toMatchObject({
      model: 'gpt-image-2.5-flare',
      prompt: 'A lighthouse',
      size: '1536x1024',
    })
    expect(filesIn(stage, channel)).toMatchObject([
      {
        name: 'picture.png',
        type: 'image/png',
        description: 'A lighthouse',
        bytes: new Uint8Array(png(40, 30)),
      },
    ])
    expect(discord.visible(channel)).toHaveLength(1)
    expect(asked(stage)).toEqual([])
  })

  it('shows the picture on its way in its own reply, which changes until it is finished', async () => {
    const stage = await atHome()
    const { discord, model, ann, channel } = stage
    const [second, rest] = [hold(), hold()]
    model.next({
      beats: [
        image(png(2, 2), true),
        second.beat,
        image(png(3, 3), true),
        rest.beat,
        image(png(40, 40), false),
      ],
    })
    const call = ann.slash(channel, 'image', { prompt: 'A lighthouse' })
    const shows = (bytes: Uint8Array) =>
      discord.until(() => filesIn(stage, channel).at(-1)?.bytes.length === bytes.length, 8_000)
    await shows(png(2, 2))
    expect(labels(call.replies()[0])).toEqual(['Stop'])
    second.open()
    await shows(png(3, 3))
    rest.open()
    await shows(png(40, 40))
    await discord.until(() => labels(call.replies()[0]).join() === painting.join())
    expect(discord.visible(channel)).toHaveLength(1)
    expect(filesIn(stage, channel)).toHaveLength(1)
    expect(sentTo(stage, '/images/generations')[0]?.body).toMatchObject({ stream: true, partial_images: 2 })
  })

  it('is painted once by a server that knows no streams', async () => {
    const stage = await atHome()
    stage.model.ignoreStreams()
    const call = stage.ann.slash(stage.channel, 'image', { prompt: 'A lighthouse' })
    await stage.discord.until(() => labels(call.replies()[0]).join() === painting.join())
    expect(sentTo(stage, '/images/generations')).toHaveLength(1)
    expect(filesIn(stage, stage.channel)).toHaveLength(1)
  })

  it('changes the picture that is attached', async () => {
    const stage = await atHome()
    const { discord, ann, channel } = stage
    const file = { name: 'boat.png', type: 'image/png', bytes: png(5, 3) }
    const call = ann.slash(channel, 'image', { prompt: 'Bluer', file })
    await discord.until(() => labels(call.replies()[0]).join() === painting.join())
    const [request] = sentTo(stage, '/images/edits')
    expect(fieldsOf(request!)).toMatchObject({ prompt: 'Bluer' })
    expect(JSON.stringify(request!.body)).toContain(`"size":${png(5, 3).length}`)
    expect(sentTo(stage, '/images/generations')).toEqual([])
  })

  it('painted again takes the place of the old one, and can be asked about', async () => {
    const stage = await atHome()
    const { discord, model, ann } = stage
    model.next(painted(png(40, 30)), painted(png(50, 30)))
    ann.slash('dm', 'image', { prompt: 'A lighthouse' })
    await discord.until(() => some(filesIn(stage, 'dm', ann)))
    await ended(stage, 1)
    const [first] = spoken(stage, 'dm', ann)
    ann.presses(first!, 'Regenerate')
    await discord.until(() => filesIn(stage, 'dm', ann)[0]?.bytes.length === png(50, 30).length)
    await ended(stage, 2)
    expect(spoken(stage, 'dm', ann).map(({ id }) => id)).toEqual([first!.id])
    ann.says('dm', 'what colour is it?')
    await finished(stage, 'dm', /what colour/, ann)
    expect(JSON.stringify(asked(stage)[0]!.body)).toContain(png(50, 30).toString('base64').slice(0, 60))
  })

  it('that is refused says why, and can be tried again', async () => {
    const stage = await atHome()
    const { discord, ann, channel } = stage
    const call = ann.slash(channel, 'image', { prompt: 'something unsafe' })
    await discord.until(() => labels(call.replies()[0]).includes('Try again'))
    expect(replyTo(call)).toMatch(/safety/i)
    expect(filesIn(stage, channel)).toEqual([])
    await ended(stage, 1)
    expect(await spentBy(stage)).toEqual({ booked: 0, reserved: 0 })
  })

  it('that is stopped lets go upstream', async () => {
    const stage = await atHome()
    const { discord, model, ann, channel } = stage
    model.next({ kind: 'hang' })
    const call = ann.slash(channel, 'image', { prompt: 'A lighthouse' })
    const request = await discord.until(() => sentTo(stage, '/images/generations')[0])
    ann.slash(channel, 'stop')
    expect(await request.closed).toBe('aborted')
    await discord.until(() => /stopped/.test(replyTo(call) ?? ''))
  })

  it('is not begun without money', async () => {
    const stage = await atHome({ policy: 'budgets: { day: { all: 0.0001 } }\n' })
    const call = stage.ann.slash(stage.channel, 'image', { prompt: 'A lighthouse' })
    await stage.discord.until(() => /budget|limit/i.test(replyTo(call) ?? ''))
    expect(sentTo(stage, '/images/generations')).toEqual([])
  })

  it('is booked, and nothing stays set aside', async () => {
    const stage = await atHome()
    stage.ann.slash(stage.channel, 'image', { prompt: 'A lighthouse' })
    await stage.discord.until(() => some(filesIn(stage, stage.channel)))
    await ended(stage, 1)
    const { booked, reserved } = await spentBy(stage)
    expect([booked > 0, reserved]).toEqual([true, 0])
  })

  it('needs no permission of the bot’s for the files of its reply', async () => {
    const stage = await atHome()
    const { discord, ann, channel } = stage
    channel.permit({ attach: false })
    ann.slash(channel, 'image', { prompt: 'A lighthouse' })
    await discord.until(() => some(filesIn(stage, channel)))
  })
})

describe('the model’s own painting', () => {
  const policy = 'painting: { in_conversations: true }\n'

  it('is shown on its way in one message that changes, and ends below the words', async () => {
    const stage = await atHome({ policy })
    const { discord, model, channel, ann, parley } = stage
    const [second, rest] = [hold(), hold()]
    model.next({
      beats: [
        image(png(2, 2), true),
        second.beat,
        image(png(3, 3), true),
        rest.beat,
        image(png(40, 40), false),
        ...text('Here it is.'),
      ],
    })
    const question = ann.says(channel, `${parley} paint me a lighthouse`)
    const thread = await discord.until(() => discord.threadOf(question))
    const shows = (bytes: Uint8Array) =>
      discord.until(() => filesIn(stage, thread).at(-1)?.bytes.length === bytes.length, 8_000)
    await shows(png(2, 2))
    const draft = spoken(stage, thread).at(-1)!
    expect(labels(draft)).toEqual(['Stop'])
    second.open()
    await shows(png(3, 3))
    expect(spoken(stage, thread).map(({ id }) => id)).toEqual([draft.id])
    rest.open()
    await shows(png(40, 40))
    await discord.until(() => said(spoken(stage, thread)).includes('Here it is.'))
    await ended(stage, 1)
    const messages = spoken(stage, thread)
    expect(messages.map(({ content, attachments }) => [content, attachments.length])).toEqual([
      ['Here it is.', 0],
      ['', 1],
    ])
    expect(JSON.stringify(asked(stage)[0]!.body)).toContain('image_generation')
  })

  it('is not offered where it is off', async () => {
    const stage = await atHome()
    stage.ann.says('dm', 'paint')
    await finished(stage, 'dm', /paint/, stage.ann)
    expect(JSON.stringify(asked(stage)[0]!.body)).not.toContain('image_generation')
    expect(picturesIn(lastParts(asked(stage)[0]))).toEqual([])
  })

  it('that is stopped lets go upstream', async () => {
    const stage = await atHome({ policy })
    const { discord, model, ann } = stage
    model.next({ beats: [image(png(2, 2), true), hold().beat] })
    ann.says('dm', 'paint me a lighthouse')
    await discord.until(() => filesIn(stage, 'dm', ann).length === 1, 8_000)
    ann.presses(spoken(stage, 'dm', ann).at(-1)!, 'Stop')
    expect(await asked(stage)[0]!.closed).toBe('aborted')
    await discord.until(() => said(spoken(stage, 'dm', ann)).some((words) => /stopped/.test(words)))
  })
})
