import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { atHome, buttonsOfHeard, ended, lastParts, note, sentTo, told } from './discord-media-telling.ts'
import { labels, said } from './discord-telling.ts'
import { asked, finished, prompt, spoken } from './discord-watching.ts'

const voice = { bytes: note, seconds: 3 }
const file = {
  name: 'voice-message.ogg',
  type: 'audio/ogg',
  size: note.length,
  sha256: createHash('sha256').update(note).digest('hex'),
}
const quote = `> 🎤 The words in voice-message.ogg, ${note.length} bytes.`

describe('a voice message', () => {
  it('in direct messages is heard byte for byte, quoted and answered', async () => {
    const stage = await atHome()
    stage.ann.sendsVoice('dm', voice)
    const answer = await finished(stage, 'dm', /./, stage.ann)
    expect(sentTo(stage, '/audio/transcriptions')).toMatchObject([
      { body: { model: 'gpt-transcribe', file } },
    ])
    expect(lastParts(asked(stage)[0]).map(({ text }) => text)).toEqual([
      `[Voice note, 3 s, transcript]\nThe words in voice-message.ogg, ${note.length} bytes.`,
    ])
    expect(answer.content.split('\n\n')[0]).toBe(quote)
    expect(labels(answer)).toEqual(buttonsOfHeard)
  })

  it('is answered in the thread that it is said in, and where it replies to an answer', async () => {
    const stage = await atHome({ policy: 'conversations: reply\n' })
    const { model, channel, ann, parley } = stage
    model.next({ beats: [{ kind: 'text', text: 'Which one?' }] })
    ann.says(channel, `${parley} tell me of a capital`)
    const which = await finished(stage, channel, 'Which one?')
    ann.sendsVoice(channel, voice, { replyTo: which })
    await finished(stage, channel, /^> 🎤 The words/)
    expect(prompt(stage, -1)).toEqual([
      'user: tell me of a capital',
      'assistant: Which one?',
      expect.stringMatching(/^user: .*The words in voice-message\.ogg/s),
    ])
  })

  it('in a thread with Parley goes on with the conversation, which knows later what was said', async () => {
    const stage = await atHome()
    const { discord, channel, ann, parley } = stage
    const question = ann.says(channel, `${parley} hello`)
    const thread = await discord.until(() => discord.threadOf(question))
    await finished(stage, thread, 'You said: “hello”.')
    ann.sendsVoice(thread, voice)
    await finished(stage, thread, /^> 🎤/)
    ann.says(thread, 'what did I say?')
    await finished(stage, thread, 'You said: “what did I say?”.')
    expect(told(asked(stage).at(-1))).toContain('The words in voice-message.ogg')
    expect(sentTo(stage, '/audio/transcriptions')).toHaveLength(1)
  })

  it('of somebody else can be asked about', async () => {
    const stage = await atHome()
    const { discord, channel, ann, bob, parley } = stage
    const his = bob.sendsVoice(channel, voice)
    const question = ann.says(channel, `${parley} what does he say?`, { replyTo: his })
    const thread = await discord.until(() => discord.threadOf(question))
    await finished(stage, thread, /^> 🎤 The words/)
    expect(told(asked(stage)[0])).toContain('what does he say?')
    expect(spoken(stage, channel)).toEqual([])
  })

  it('that was heard wrong is corrected in a form: quote and answer are written anew, and it is not heard again', async () => {
    const stage = await atHome()
    const { discord, ann } = stage
    ann.sendsVoice('dm', voice)
    const answer = await finished(stage, 'dm', /./, ann)
    await ended(stage, 1)
    const pressed = await ann.presses(answer, 'Correct transcript').answered()
    expect(pressed.modal).toMatchObject({
      title: 'Correct what was heard',
      inputs: [{ label: 'What was said', value: quote.slice(5), paragraph: true }],
    })
    const sent = ann.fills(pressed.modal!, { 'What was said': 'What is the capital of Spain?' })
    const again = await finished(stage, 'dm', /^> 🎤 What is the capital of Spain\?/, ann)
    expect(again.id).toBe(answer.id)
    await discord.until(() => sent.replies().length === 1)
    expect(sent.replies()).toMatchObject([{ ephemeral: true }])
    ann.says('dm', 'what did I say?')
    await finished(stage, 'dm', 'You said: “what did I say?”.', ann)
    expect(told(asked(stage).at(-1))).toContain('the capital of Spain')
    expect(told(asked(stage).at(-1))).not.toContain('The words in')
    expect(sentTo(stage, '/audio/transcriptions')).toHaveLength(1)
  })

  it('is corrected by nobody else in a channel', async () => {
    const stage = await atHome()
    const { discord, channel, ann, bob, parley } = stage
    const question = ann.says(channel, `${parley} hello`)
    const thread = await discord.until(() => discord.threadOf(question))
    await finished(stage, thread, /hello/)
    ann.sendsVoice(thread, voice)
    const answer = await finished(stage, thread, /^> 🎤/)
    await ended(stage, 2)
    const pressed = await bob.presses(answer, 'Correct transcript').answered()
    expect(pressed.modal).toBeNull()
    expect(asked(stage)).toHaveLength(2)
    expect(discord.message(answer)?.content).toBe(answer.content)
  })

  it('is corrected where Parley is no member too, by the way of the form', async () => {
    const stage = await atHome()
    const { discord, ann } = stage
    const elsewhere = discord.guild({ name: 'Else', installed: false }).channel({ name: 'x' })
    const memo = { name: 'memo.ogg', type: 'audio/ogg', bytes: note }
    const call = ann.slash(elsewhere, 'ask', { prompt: 'what is said?', file: memo }, { installed: 'user' })
    await ended(stage, 1)
    const pressed = await ann.presses(call.replies()[0]!, 'Correct transcript').answered()
    ann.fills(pressed.modal!, { 'What was said': 'What is the capital of Spain?' })
    const isAnew = ({ content }: { content: string }) =>
      /^> 🎤 What is the capital of Spain\?\n\n./.test(content)
    await discord.until(() =>
      discord
        .visible(elsewhere)
        .filter(({ fromBot }) => fromBot)
        .some(isAnew),
    )
    await ended(stage, 2)
    expect(sentTo(stage, '/audio/transcriptions')).toHaveLength(1)
  })

  it('is not heard again by Regenerate', async () => {
    const stage = await atHome()
    const { model, ann } = stage
    ann.sendsVoice('dm', voice)
    const answer = await finished(stage, 'dm', /You said/, ann)
    model.always({ beats: [{ kind: 'text', text: 'Paris.' }] })
    ann.presses(answer, 'Regenerate')
    await finished(stage, 'dm', `${quote}\n\nParis.`, ann)
    expect(sentTo(stage, '/audio/transcriptions')).toHaveLength(1)
  })

  it('that is deleted takes its answer with it, and is forgotten', async () => {
    const stage = await atHome()
    const { discord, ann } = stage
    const question = ann.sendsVoice('dm', voice)
    await finished(stage, 'dm', /./, ann)
    await ended(stage, 1)
    ann.deletes(question)
    await discord.until(() => spoken(stage, 'dm', ann).length === 0)
    ann.says('dm', 'and now?')
    await finished(stage, 'dm', /and now/, ann)
    expect(prompt(stage, -1)).toEqual(['user: and now?'])
  })

  it('that is stopped while it is heard is let go upstream', async () => {
    const stage = await atHome()
    const { discord, model, ann } = stage
    model.next({ kind: 'hang' })
    ann.sendsVoice('dm', voice)
    const request = await discord.until(() => sentTo(stage, '/audio/transcriptions')[0])
    const stopping = ann.slash('dm', 'stop')
    expect(await request.closed).toBe('aborted')
    await discord.until(() => said(stopping.replies())[0] === 'Stopped.')
    await discord.until(() => said(spoken(stage, 'dm', ann)).some((words) => words.includes('stopped')))
    expect(asked(stage)).toEqual([])
  })

  it('that can’t be heard is named with the reason, and heard when it is tried again', async () => {
    const stage = await atHome()
    const { ann, model } = stage
    model.next({
      kind: 'status',
      status: 400,
      message: 'Audio file might be corrupted',
      code: 'invalid_value',
    })
    ann.sendsVoice('dm', voice)
    const answer = await finished(stage, 'dm', /^> `voice-message\.ogg`: it could not be transcribed\./, ann)
    expect(asked(stage)).toEqual([])
    await ended(stage, 1)
    ann.presses(answer, 'Regenerate')
    await finished(stage, 'dm', /^> 🎤 The words in voice-message\.ogg/, ann)
    expect(spoken(stage, 'dm', ann)).toHaveLength(1)
  })

  it('for which there is no money is not heard, and the reason is said', async () => {
    const stage = await atHome({ policy: 'budgets: { day: { all: 0.000001 } }\n' })
    stage.ann.sendsVoice('dm', voice)
    await stage.discord.until(() =>
      said(spoken(stage, 'dm', stage.ann)).some((one) => /budget|limit/i.test(one)),
    )
    expect(sentTo(stage, '/audio/transcriptions')).toEqual([])
    expect(asked(stage)).toEqual([])
  })
})
