import { expect, it } from 'vitest'
import type { Where } from '../fakes/slack/handles.ts'
import type { FakeView } from '../fakes/slack/interaction-handle.ts'
import { atHome, say } from './slack-telling.ts'
import { asked, finished, instructions } from './slack-watching.ts'

const model = 'Model; empty it to go back'
const persona = 'How to answer here; empty it to go back'

async function atForms(options: Parameters<typeof atHome>[0] = {}) {
  const around = await atHome(options)
  const { slack, ann } = around
  const opened = async (where: Where, command: string, who = ann): Promise<FakeView> => {
    const call = await who.slash(where, '/parley', command).answered()
    return slack.until(() => call.modal())
  }
  /** What Parley says there once a form was sent. */
  const reply = async (where: Where, words: string | RegExp) =>
    slack.until(() =>
      slack
        .visible(where, { as: ann })
        .find(
          ({ text, fromBot }) =>
            fromBot && (typeof words === 'string' ? text.includes(words) : words.test(text)),
        ),
    )
  return { ...around, opened, reply }
}

/** The fields of a form with what they hold. */
const fieldsOf = ({ blocks }: FakeView) =>
  Object.fromEntries(
    blocks.flatMap((block) => {
      const { label, element } = block as { label?: { text: string }; element?: { initial_value?: string } }
      return label ? [[label.text, element?.initial_value ?? '']] : []
    }),
  )

it('/parley settings opens a form with what holds now; filled in, it holds for the channel, and is there the next time', async () => {
  const { model: openai, channel, ann, bob, opened, reply, stage } = await atForms()
  const form = await opened(channel, 'settings')
  expect(form.title).toBe('The settings here')
  const before = fieldsOf(form)
  expect(before).toEqual({ [model]: 'gpt-6.1-terra', [persona]: expect.stringContaining('Parley') })
  const sent = await ann.submits(form, { [model]: 'gpt-6-luna', [persona]: 'Answer like a pirate.' })
  expect(sent.errors).toBeNull()
  const told = await reply(channel, 'Answer like a pirate.')
  expect(told).toMatchObject({ ephemeral: false, text: expect.stringContaining('gpt-6-luna') })
  openai.next(say('Ahoy.'))
  await bob.slash(channel, '/ask', 'hello').answered()
  await finished(stage, channel, 'Ahoy.')
  expect(asked(stage).at(-1)?.body).toMatchObject({ model: 'gpt-6-luna' })
  expect(instructions(stage, -1)).toContain('Answer like a pirate.')
  expect(fieldsOf(await opened(channel, 'settings', bob))).toEqual({
    [model]: 'gpt-6-luna',
    [persona]: 'Answer like a pirate.',
  })
  // Emptied it goes back.
  await ann.submits(await opened(channel, 'settings'), { [model]: '', [persona]: '' })
  await reply(channel, 'Back to the default instructions.')
  expect(fieldsOf(await opened(channel, 'settings'))).toEqual(before)
})

it('they hold in this channel alone, in its threads too, and after a restart', async () => {
  const { team, parley, channel, ann, opened, reply, stage, model: openai } = await atForms()
  const other = team.channel({ name: 'other' })
  await ann.submits(await opened(channel, 'persona'), { [persona]: 'Answer in rhymes.' })
  await reply(channel, 'Answer in rhymes.')
  await stage.stop()
  await stage.begin()
  openai.next(say('A rhyme.'), say('No rhyme.'))
  await finished(stage, ann.says(channel, `${parley} hello`), 'A rhyme.')
  expect(instructions(stage, -1)).toContain('Answer in rhymes.')
  await finished(stage, ann.says(other, `${parley} hello`), 'No rhyme.')
  expect(instructions(stage, -1)).not.toContain('Answer in rhymes.')
  expect(Object.values(fieldsOf(await opened(other, 'persona')))).not.toContain('Answer in rhymes.')
})

it('sent back untouched it changes nothing, and says so to that person alone', async () => {
  const { slack, channel, ann, bob, opened, reply } = await atForms()
  expect((await ann.submits(await opened(channel, 'settings'), {})).errors).toBeNull()
  expect(await reply(channel, '**Model:** `gpt-6.1-terra`')).toMatchObject({ ephemeral: true })
  expect(slack.visible(channel, { as: bob })).toEqual([])
})

it('a form that was open for long undoes nothing of what others set meanwhile', async () => {
  const { channel, ann, bob, opened, reply } = await atForms()
  const open = await opened(channel, 'settings')
  await bob.slash(channel, '/parley', 'model gpt-6-luna').answered()
  await reply(channel, 'From now on I use `gpt-6-luna` here')
  await ann.submits(open, { [persona]: 'Answer in rhymes.' })
  const told = await reply(channel, 'Answer in rhymes.')
  expect(told.text).not.toContain('gpt')
  expect(fieldsOf(await opened(channel, 'settings'))).toMatchObject({ [model]: 'gpt-6-luna' })
})

it('a model that is not there is refused in words, to that person alone, and what held before holds', async () => {
  const { slack, channel, ann, bob, opened, reply } = await atForms()
  await ann.submits(await opened(channel, 'settings'), { [model]: 'gpt-6-lunar' })
  const told = await reply(channel, 'There is no model `gpt-6-lunar`')
  expect(told).toMatchObject({ ephemeral: true, text: expect.stringContaining('Did you mean `gpt-6-luna`?') })
  expect(slack.visible(channel, { as: bob })).toEqual([])
  expect(fieldsOf(await opened(channel, 'settings'))).toMatchObject({ [model]: 'gpt-6.1-terra' })
})

it('a form that is filled in after a restart is carried out', async () => {
  const { slack, channel, ann, opened, reply, stage } = await atForms()
  const form = await opened(channel, 'persona')
  await stage.stop()
  await stage.begin()
  await ann.submits(form, { [persona]: 'Answer in rhymes.' })
  await reply(channel, 'Answer in rhymes.')
  expect(slack.visible(channel)).toHaveLength(1)
})

it('who may not use Parley here is shown no form, and hears why', async () => {
  const { slack, channel, ann } = await atForms({ policy: 'access: { people: ["U0NOBODY1"] }\n' })
  const call = await ann.slash(channel, '/parley', 'settings').answered()
  await slack.until(() =>
    slack.visible(channel, { as: ann }).some(({ text }) => text.includes('You may not use me yet')),
  )
  expect(call.modal()).toBeNull()
})
