import { describe, expect, it } from 'vitest'
import { hold, text } from '../fakes/openai/script.ts'
import { openDiscordStage } from './discord-stage.ts'
import { answerInThread, asked, finished, prompt, spoken } from './discord-watching.ts'

const say = (words: string) => ({ beats: text(words) })

async function atHome() {
  const stage = await openDiscordStage()
  const channel = stage.discord.guild({ name: 'Home' }).channel({ name: 'general' })
  return { stage, channel, ann: stage.discord.person({ name: 'Ann' }), ...stage }
}

describe('an edit of the question', () => {
  it('before its turn has come: only the new words are answered', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [...text('Hel'), gate.beat, ...text('lo.')] }, say('Madrid.'))
    const question = ann.says(channel, `${parley} hello`)
    const thread = await discord.until(() => discord.threadOf(question))
    await discord.until(() => spoken(stage, thread).length === 1)
    const waiting = ann.says(thread, 'capital of Italy?')
    ann.edits(waiting, 'capital of Spain?')
    gate.open()
    await finished(stage, thread, 'Madrid.')
    expect(prompt(stage, -1).at(-1)).toBe('user: capital of Spain?')
    expect(asked(stage)).toHaveLength(2)
    expect(spoken(stage, thread)).toHaveLength(2)
  })

  it('while the answer is written: it begins again, in the same message', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    const never = hold()
    model.next({ beats: [...text('Italy is '), never.beat] }, say('Madrid.'))
    const question = ann.says(channel, `${parley} capital of Italy?`)
    const thread = await discord.until(() => discord.threadOf(question))
    const begun = await discord.until(() => spoken(stage, thread)[0])
    ann.edits(question, `${parley} capital of Spain?`)
    const answer = await finished(stage, thread, 'Madrid.')
    expect(answer.id).toBe(begun.id)
    expect(spoken(stage, thread)).toHaveLength(1)
    expect(await asked(stage)[0]?.closed).toBe('aborted')
  })

  it('after the answer: it is written again, in the same message', async () => {
    const { stage, model, parley, channel, ann } = await atHome()
    model.next(say('Rome.'), say('Madrid.'))
    const question = ann.says(channel, `${parley} capital of Italy?`)
    const { thread, answer } = await answerInThread(stage, question, 'Rome.')
    ann.edits(question, `${parley} capital of Spain?`)
    const again = await finished(stage, thread, 'Madrid.')
    expect(again.id).toBe(answer.id)
    expect(prompt(stage, -1)).toEqual(['user: capital of Spain?'])
  })

  it('that first names the bot asks it; the next edit writes the same answer again', async () => {
    const { stage, model, parley, channel, ann } = await atHome()
    model.next(say('Rome.'), say('Madrid.'))
    const question = ann.says(channel, 'capital of Italy?')
    ann.edits(question, `${parley} capital of Italy?`)
    const { thread, answer } = await answerInThread(stage, question, 'Rome.')
    ann.edits(question, `${parley} capital of Spain?`)
    const again = await finished(stage, thread, 'Madrid.')
    expect(again.id).toBe(answer.id)
    expect(asked(stage)).toHaveLength(2)
    expect(spoken(stage, thread)).toHaveLength(1)
  })

  it('that changes nothing but the preview of a link asks nobody anew', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    model.next(say('A page.'), say('Yes.'))
    const question = ann.says(channel, `${parley} what is https://example.org?`)
    const { thread } = await answerInThread(stage, question, 'A page.')
    // As Discord tells of embeds: no edited_timestamp.
    discord.gateway.dispatch('MESSAGE_UPDATE', {
      id: question.id,
      channel_id: question.channelId,
      guild_id: channel.guildId,
      author: { id: ann.id, username: 'ann', discriminator: '0', global_name: 'Ann', avatar: null },
      type: 0,
      content: `${parley} what is https://example.org?`,
      mentions: [{ id: discord.bot.id, username: 'parley', discriminator: '0', bot: true }],
      mention_roles: [],
      attachments: [],
      embeds: [{ type: 'link', title: 'Example' }],
      timestamp: new Date().toISOString(),
      edited_timestamp: null,
      flags: 0,
    })
    ann.says(thread, 'sure?')
    await finished(stage, thread, 'Yes.')
    expect(asked(stage)).toHaveLength(2)
  })
})

describe('an edit that was made before the question was heard', () => {
  const missedAndEdited = async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    model.next(say('Hello.'))
    await answerInThread(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    await stage.stop()
    const question = ann.says(channel, `${parley} capital of Itly?`)
    ann.edits(question, `${parley} capital of Italy?`)
    return { stage, discord, model, question, channel, ann }
  }
  // Opening the thread makes Discord tell of the question once more, with the moment of that edit.
  it('changes nothing while it is answered, nor afterwards', async () => {
    const { stage, discord, model, question, channel, ann } = await missedAndEdited()
    const gate = hold()
    model.next({ beats: [...text('Ro'), gate.beat, ...text('me.')] }, say('Really.'), say('Sure.'))
    await stage.begin()
    const thread = await discord.until(() => discord.threadOf(question))
    await discord.until(() => spoken(stage, thread).length === 1)
    const again = {
      id: question.id,
      edited_timestamp: new Date(Date.now() - 1_000).toISOString(),
    }
    tellOfEdit(again)
    gate.open()
    await finished(stage, thread, 'Rome.')
    ann.says(thread, 'really?')
    await finished(stage, thread, 'Really.')
    tellOfEdit({ ...again, edited_timestamp: new Date().toISOString() })
    ann.says(thread, 'sure?')
    await finished(stage, thread, 'Sure.')
    expect(asked(stage)).toHaveLength(4)
    expect(prompt(stage, -1).at(-1)).toBe('user: sure?')

    function tellOfEdit(change: { id: string; edited_timestamp: string }): void {
      discord.gateway.dispatch('MESSAGE_UPDATE', {
        channel_id: question.channelId,
        guild_id: channel.guildId,
        author: { id: ann.id, username: 'ann', discriminator: '0', global_name: 'Ann', avatar: null },
        type: 0,
        content: `<@${discord.bot.id}> capital of Italy?`,
        mentions: [{ id: discord.bot.id, username: 'parley', discriminator: '0', bot: true }],
        mention_roles: [],
        attachments: [],
        embeds: [],
        timestamp: new Date().toISOString(),
        flags: 0,
        ...change,
      })
    }
  })
})

describe('a deleted question', () => {
  it('takes its answer with it', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    model.next(say('Rome.'))
    const question = ann.says(channel, `${parley} capital of Italy?`)
    const { thread } = await answerInThread(stage, question, 'Rome.')
    ann.deletes(question)
    await discord.until(() => spoken(stage, thread).length === 0)
  })

  it('while its answer is written: the model is asked no further, and nothing stays', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    const never = hold()
    model.next({ beats: [...text('Rome is '), never.beat] })
    const question = ann.says(channel, `${parley} capital of Italy?`)
    const thread = await discord.until(() => discord.threadOf(question))
    await discord.until(() => spoken(stage, thread).length === 1)
    ann.deletes(question)
    await discord.until(() => spoken(stage, thread).length === 0)
    expect(await asked(stage)[0]?.closed).toBe('aborted')
  })

  it('before its turn has come is never answered', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    const gate = hold()
    model.next({ beats: [...text('Hel'), gate.beat, ...text('lo.')] }, say('Good.'))
    const question = ann.says(channel, `${parley} hello`)
    const thread = await discord.until(() => discord.threadOf(question))
    await discord.until(() => spoken(stage, thread).length === 1)
    ann.deletes(ann.says(thread, 'I feel bad'))
    ann.says(thread, 'how are you?')
    gate.open()
    await finished(stage, thread, 'Good.')
    expect(prompt(stage, -1).slice(2)).toEqual(['user: how are you?'])
    expect(spoken(stage, thread)).toHaveLength(2)
  })

  it('swept away with many others takes its answer with it, too', async () => {
    const { stage, discord, model, parley, channel, ann } = await atHome()
    model.next(say('Rome.'), say('The Tiber.'))
    const question = ann.says(channel, `${parley} capital of Italy?`)
    const { thread } = await answerInThread(stage, question, 'Rome.')
    const second = ann.says(thread, 'its river?')
    await finished(stage, thread, 'The Tiber.')
    discord.gateway.dispatch('MESSAGE_DELETE_BULK', {
      ids: [second.id],
      channel_id: thread.id,
      guild_id: channel.guildId,
    })
    await discord.until(() => spoken(stage, thread).length === 1)
    expect(spoken(stage, thread)[0]?.content).toBe('Rome.')
  })
})
