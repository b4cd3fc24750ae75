import { describe, expect, it } from 'vitest'
import { writeButtonId } from '../../adapters/slack/interactions/button-id.ts'
import { noCorrectionWords, unknownButtonWords } from '../../adapters/slack/interactions/buttons.ts'
import { tooLongFormWords } from '../../adapters/slack/interactions/forms.ts'
import type { CommandSpec, Form } from '../../src/ports/command.ts'
import { ids, interactionsWorld, press, slash, submission } from './slack-interactions-world.ts'

const correct: CommandSpec = {
  name: 'correct',
  description: 'Correct what was heard',
  options: [{ name: 'text', description: 'What was said', type: 'text', required: true }],
  audience: 'caller',
  form: true,
  buttonOnly: true,
}
const form = (value: string): Form => ({
  title: 'Correct transcript',
  fields: [{ name: 'text', label: 'What was said', lines: 'many', value, longest: 4_000, required: true }],
})

const thread = '1795151300.000001'
const conversation = { workspace: ids.team, channel: ids.channel, thread }
const inThread = { thread_ts: thread }
const answer = { channel: ids.channel, id: ids.answer }

function stage(value: string | null = 'What is the tied?') {
  const world = interactionsWorld([correct])
  const asked: unknown[] = []
  world.forms = async (command, place, about) => {
    asked.push([command, place.conversation.thread, about])
    return value === null ? null : form(value)
  }
  const pressed = (on = conversation) => world.hear('action', press(writeButtonId('correct', on), inThread))
  return Object.assign(world, { asked, pressed })
}

describe('“Correct transcript” on Slack', () => {
  it('opens a form with the transcript; what is sent comes back with the message and its conversation', async () => {
    const world = stage()
    await world.pressed()
    expect(world.asked).toEqual([['correct', thread, answer]])
    expect(world.acks.map(({ ack }) => ack)).toEqual([undefined])
    const [opened] = world.calls
    expect(opened?.request).toMatchObject({
      method: 'views.open',
      args: {
        trigger_id: ids.trigger,
        view: { blocks: [{ element: { initial_value: 'What is the tied?' } }] },
      },
    })
    world.restart()
    await world.hear('view', submission(opened!.request, { text: 'What is the tide?' }))
    expect(world.heard).toMatchObject([
      {
        kind: 'command',
        name: 'correct',
        options: { text: 'What is the tide?' },
        about: answer,
        message: null,
        by: { id: ids.ann },
        place: { conversation: { platform: 'slack', ...conversation }, root: null, direct: false },
      },
    ])
    expect(world.heard[0]?.place).not.toHaveProperty('replyTo')
    // The answer that is written anew is for all who saw it before.
    expect(JSON.parse(world.heard[0]?.place.via ?? '{}')).toMatchObject({ private: false })
  })

  it('keeps the place of a conversation that goes on in another thread', async () => {
    const world = stage()
    await world.pressed({ ...conversation, thread: '' })
    await world.hear('view', submission(world.calls[0]!.request, { text: 'b' }))
    expect(world.heard[0]?.place).toMatchObject({
      conversation: { thread: '' },
      replyTo: { channel: ids.channel, id: thread },
    })
  })

  it('takes nothing that is empty', async () => {
    const world = stage()
    await world.pressed()
    await world.hear('view', submission(world.calls[0]!.request, { text: '  ' }))
    expect(world.heard).toEqual([])
    expect(world.acks.at(-1)?.ack).toMatchObject({ errors: { text: expect.any(String) } })
  })

  it.each<[string, string | null, string]>([
    ['it is forgotten, or somebody else’s', null, noCorrectionWords],
    ['it would come back without its end', 'x'.repeat(3_001), tooLongFormWords],
  ])('says so where %s, and opens nothing', async (_, value, words) => {
    const world = stage(value)
    await world.pressed()
    expect(world.calls.map(({ request }) => [request.method, request.args.text])).toEqual([
      ['chat.postEphemeral', words],
    ])
  })

  it('is not taken from another channel’s button', async () => {
    const world = stage()
    await world.pressed({ ...conversation, channel: 'C0OTHER001' })
    expect(world.asked).toEqual([])
    expect(world.calls[0]?.request.args.text).toBe(unknownButtonWords)
  })

  it('is no command that can be typed', async () => {
    const world = stage()
    await world.hear('command', slash('/parley', 'correct text=x'))
    expect(world.heard).toEqual([])
    expect(JSON.stringify(world.acks)).toContain('There is no command')
    await world.hear('command', slash('/parley', 'help'))
    expect(JSON.stringify(world.acks.at(-1))).not.toContain('/parley correct')
  })
})

describe('“Read aloud” on Slack', () => {
  const value = writeButtonId('read_aloud', conversation)

  it('names the answer, once however fast it is pressed', async () => {
    const world = interactionsWorld()
    await world.hear('action', press(value, inThread))
    await world.hear('action', press(value, inThread))
    expect(world.heard).toMatchObject([{ kind: 'read_aloud', answer, place: { conversation } }])
    expect(world.heard[0]).not.toHaveProperty('quiet')
    expect(world.acks).toHaveLength(2)
  })
})
