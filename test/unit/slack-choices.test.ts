import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../adapters/slack/interactions/command-line.ts'
import type { CommandSpec } from '../../src/ports/command.ts'
import { interactionsWorld, slash } from './slack-interactions-world.ts'

const text = (name: string, more: object = {}) =>
  ({ name, description: name, type: 'text', required: false, ...more }) as const
const file = (required: boolean) => ({ name: 'file', description: 'A file', type: 'file', required }) as const
const spec = (name: string, options: CommandSpec['options'], more: object = {}): CommandSpec => ({
  ...{ name, description: name, options, audience: 'all' },
  ...more,
})

const speak = spec('speak', [
  text('text', { required: true }),
  text('format', { choices: ['mp3', 'opus', 'wav'] }),
  text('voice', { suggest: 'voices' }),
])
const voice = spec('voice', [
  text('name'),
  text('format', { choices: ['mp3', 'opus', 'wav'] }),
  text('speed'),
  text('always', { choices: ['on', 'off'] }),
])
const transcribe = spec(
  'transcribe',
  [file(true), text('language'), text('as', { choices: ['txt', 'srt', 'vtt'] })],
  { menu: 'Transcribe' },
)
const read = (line: string) => readCommandLine('/parley', line, [speak, voice, transcribe])

describe('Options with choices on a line of Slack’s', () => {
  it.each<[string, object]>([
    ['speak low tide', { text: 'low tide' }],
    ['speak low tide format: opus', { text: 'low tide', format: 'opus' }],
    ['speak format=OPUS low tide', { text: 'low tide', format: 'opus' }],
    ['speak low format:wav tide voice: marin', { text: 'low tide', format: 'wav', voice: 'marin' }],
    ['voice marin', { name: 'marin' }],
    ['voice marin always: on', { name: 'marin', always: 'on' }],
    ['voice always off', { always: 'off' }],
    ['voice format: speed: 1.25', { format: '', speed: '1.25' }],
  ])('%s', (line, options) => {
    expect(read(line)).toMatchObject({ kind: 'call', options })
  })

  it.each([
    ['speak low tide format: ogg', 'format', 'ogg'],
    ['voice always: maybe', 'always', 'maybe'],
  ])('%s is none of them', (line, name, value) => {
    expect(read(line)).toMatchObject({ kind: 'not_a_choice', option: { name }, value })
  })

  it('are named to who took another', async () => {
    const world = interactionsWorld([speak])
    await world.hear('command', slash('/parley', 'speak low tide format: ogg'))
    expect(world.heard).toEqual([])
    expect(world.acks[0]?.ack).toMatchObject({
      text: '`format:` takes `mp3`, `opus`, `wav`; `ogg` is none of them.',
    })
  })

  it('are told from the menu what Slack’s commands can’t be given: a file', async () => {
    const world = interactionsWorld([transcribe])
    await world.hear('command', slash('/parley', 'transcribe language: de'))
    expect(world.heard).toEqual([])
    expect(JSON.stringify(world.acks[0]?.ack)).toContain('choose _Transcribe_')
    await world.hear('command', slash('/parley', 'help'))
    expect(JSON.stringify(world.acks[1]?.ack)).toMatch(/_Transcribe_, in the menu/)
    expect(JSON.stringify(world.acks[1]?.ack)).not.toContain('/parley transcribe')
  })
})
