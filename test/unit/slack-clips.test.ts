import { describe, expect, it } from 'vitest'
import type { MessageHeard } from '../../src/ports/event.ts'
import { ago, changed, inThread, message, slackHearingWorld } from './slack-hearing-world.ts'

const clip = (more: object = {}) => ({
  id: 'F1',
  name: 'audio_message.m4a',
  mimetype: 'audio/mp4',
  subtype: 'slack_audio',
  mode: 'hosted',
  size: 4_000,
  duration_ms: 3_250,
  url_private_download: 'https://files.slack.com/f',
  ...more,
})
const transcript = (content: string, more: object = {}) => ({
  transcription: { status: 'complete', preview: { content, has_more: false, ...more } },
})

async function heardIn(channel: string, file: object, more: object = {}) {
  const world = slackHearingWorld()
  await world.say('', { channel, subtype: 'file_share', files: [file], ...more })
  return world.heard as MessageHeard[]
}
const voiceOf = async (file: object) => (await heardIn('D1', file))[0]?.files[0]?.voice

describe('A clip recorded in Slack', () => {
  it('is a question without a word in direct messages, with its length and what Slack heard', async () => {
    const [event] = await heardIn('D1', clip(transcript('What is the tide?')))
    expect(event).toMatchObject({
      kind: 'message',
      text: '',
      files: [
        {
          id: 'T1/F1',
          type: 'audio/mp4',
          size: 4_000,
          voice: { seconds: 3.25, transcript: 'What is the tide?' },
        },
      ],
    })
  })

  it('is one in a thread in which Parley takes part, and in a channel only beside a mention', async () => {
    const world = slackHearingWorld()
    await world.say('', { subtype: 'file_share', files: [clip()] })
    expect(world.heard).toEqual([])
    await world.say('<@UBOT> listen', { ts: ago(50), subtype: 'file_share', files: [clip()] })
    await world.say('', inThread(ago(40), { thread_ts: ago(50), subtype: 'file_share', files: [clip()] }))
    expect(world.heard.map((event) => event.kind === 'message' && [event.text, event.overheard])).toEqual([
      ['listen', undefined],
      ['', true],
    ])
  })

  it.each([
    ['says that there is more of it', transcript('It begins', { has_more: true }), 'It begins …'],
    ['is not there yet', { transcription: { status: 'processing' } }, undefined],
    ['has failed', { transcription: { status: 'failed', preview: { content: 'x' } } }, undefined],
    ['is empty', transcript('  '), undefined],
    ['is no text', { transcription: { status: 'complete', preview: { content: 7 } } }, undefined],
    ['has none', {}, undefined],
  ])('is heard at once where Slack’s transcript %s', async (_, more, expected) => {
    const voice = await voiceOf(clip(more))
    expect(voice?.seconds).toBe(3.25)
    expect(voice?.transcript).toBe(expected)
  })

  it('is a voice note with a picture, too, whose film stays a film', async () => {
    const [event] = await heardIn('D1', clip({ subtype: 'slack_video', mimetype: 'video/mp4' }))
    expect(event?.files[0]).toMatchObject({ type: 'video/mp4', voice: { seconds: 3.25 } })
  })

  it.each([undefined, '3', -1, 0, Number.NaN])('has no length where Slack says %s', async (duration_ms) => {
    expect(await voiceOf(clip({ duration_ms }))).toEqual({ seconds: null })
  })

  it('is no voice note where somebody merely attached a sound', async () => {
    expect(await voiceOf(clip({ subtype: undefined, ...transcript('x') }))).toBeUndefined()
  })

  it('is not asked again when Slack has its transcript at last', async () => {
    const world = slackHearingWorld()
    const said = (more: object) => message('', { channel: 'D1', subtype: 'file_share', files: [clip(more)] })
    await world.hear(said({ transcription: { status: 'processing' } }))
    await world.hear(changed(said(transcript('done')), said({ transcription: { status: 'processing' } })))
    expect(world.heard).toHaveLength(1)
  })
})
