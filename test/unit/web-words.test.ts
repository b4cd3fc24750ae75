import { describe, expect, it } from 'vitest'
import { hostName } from '../../adapters/web/host-name.ts'
import { createJsonScan } from '../../adapters/web/json-scan.ts'
import { readCommandLine, usage } from '../../adapters/web/playground/command-line.ts'
import {
  addressesAnother,
  mention,
  mentionsParley,
  withoutMention,
} from '../../adapters/web/playground/mention.ts'
import { mention as seen } from '../../adapters/web/public/mention.js'
import { isLoopback } from '../../src/config/loopback.ts'
import { help } from '../../src/conversation/commands/help.ts'
import { commands as allCommands } from '../../src/conversation/commands/registry.ts'
import { commands } from './web-world.ts'

describe('a mention', () => {
  it('is the same to the page as to the server', () => {
    expect([seen.source, seen.flags]).toEqual([mention.source, mention.flags])
  })

  it.each([
    '@Parley',
    'hi @parley',
    '@PARLEY, hi',
    '(@Parley)',
    'ask @Parley.',
    'so: @Parley?',
    '@Parley’s',
    'ä @Parley',
  ])('is in %j', (text) => expect(mentionsParley(text)).toBe(true))

  it.each([
    'Parley',
    'me@parley.org',
    '@parleyfan',
    '@Parley2',
    '@parley-bot',
    '@parley.org',
    'x@Parley',
    '@@Parley',
    '@Parléy',
  ])('is not in %j', (text) => expect(mentionsParley(text)).toBe(false))

  it.each([
    ['@Parley hi', 'hi'],
    ['@Parley, hi', 'hi'],
    ['  @parley: hi', 'hi'],
    ['hi @Parley', 'hi'],
    ['hi, @Parley!', 'hi!'],
    ['@Parley', ''],
    ['write to me@parley.org', 'write to me@parley.org'],
  ])('is taken out of %j', (text, rest) => expect(withoutMention(text)).toBe(rest))

  it.each(['and who is @Parley here?', 'is **@Parley** a bot', 'line one\n@Parley line two'])(
    'is part of what is said in %j',
    (text) => expect(withoutMention(text)).toBe(text),
  )

  it.each(['what does `git log --author=@Parley` do', '```\n@Parley\n```'])(
    'is quoted in %j, not made',
    (text) => expect(mentionsParley(text)).toBe(false),
  )

  it('at the beginning says who is meant', () => {
    expect(addressesAnother('@Grace what do you think?')).toBe(true)
    expect(addressesAnother(' @grace')).toBe(true)
    expect(addressesAnother('@Parley and @Grace')).toBe(false)
    expect(addressesAnother('ask @Grace')).toBe(false)
    expect(addressesAnother('@ noon')).toBe(false)
  })

  it('is looked for in linear time', () => {
    const start = performance.now()
    for (const text of ['@'.repeat(500_000), '@parley'.repeat(100_000), ' '.repeat(500_000)]) {
      mentionsParley(text)
      withoutMention(text)
      addressesAnother(text)
    }
    expect(performance.now() - start).toBeLessThan(1_500)
  })
})

describe('a command line', () => {
  const read = (text: string) => readCommandLine(text, [], commands)

  it('gives flags and the rest of the line to the options', () => {
    expect(read('/ask what is --private?')).toEqual({
      kind: 'command',
      name: 'ask',
      options: { prompt: 'what is --private?' },
    })
    expect(read('/ASK --private  what')).toMatchObject({ options: { private: true, prompt: 'what' } })
    expect(read('/model')).toEqual({ kind: 'command', name: 'model', options: {} })
  })

  it('gives the first attachment to a file option', () => {
    const file = { id: 'f', name: 'a.png', type: null, size: 1, url: null }
    expect(readCommandLine('/ask what', [file], commands)).toMatchObject({
      options: { prompt: 'what', file },
    })
  })

  it.each(['hello', '/', '/ ask', '/a/b', '//x', 'see /ask', '/1st'])('is not %j', (text) =>
    expect(read(text)).toEqual({ kind: 'none' }),
  )

  it('does not take names of object properties for commands or options', () => {
    expect(read('/constructor')).toMatchObject({ kind: 'mistake' })
    expect(read('/ask --constructor')).toMatchObject({ kind: 'mistake' })
  })

  it('refuses an option that there is none of, and names those that there are', () => {
    const words = /^\/ask has no option "--unknown"\. It has --prompt, --private\. It is used so: /
    expect(read('/ask --unknown what')).toMatchObject({
      kind: 'mistake',
      words: expect.stringMatching(words),
    })
    expect(read('/new --all')).toMatchObject({
      words: expect.stringMatching(/no option "--all"\. It has none\./),
    })
  })

  it('is shown by /help as the playground takes it', async () => {
    const around = { commands, typed: (name: string) => `/${name}`, usage }
    const { markdown } = (await help.run?.({} as never, around as never)) ?? { markdown: '' }
    expect(markdown).toContain('`/speak [--format <mp3|wav>] [--voice <voice>] <text>`: Reads a text aloud')
  })

  it.each([
    ['/speak Good day format: wav voice: marin', { text: 'Good day', format: 'wav', voice: 'marin' }],
    ['/speak format: WAV Good day', { text: 'Good day', format: 'wav' }],
    ['/speak --voice marin text: "Good day"', { text: 'Good day', voice: 'marin' }],
    ['/ask private: what is it?', { private: true, prompt: 'what is it?' }],
    ['/ask What does name: mean?', { prompt: 'What does name: mean?' }],
    ['/model name: gpt-6-luna', { name: 'gpt-6-luna' }],
  ])('takes options by name and colon too: %s', (line, options) =>
    expect(read(line)).toMatchObject({ kind: 'command', options }),
  )

  it('reads what the guide to media has people type', () => {
    const file = { id: 'f', name: 'a.ogg', type: null, size: 1, url: null }
    const real = (line: string) => readCommandLine(line, [file], allCommands)
    expect(real('/voice always: on')).toMatchObject({ options: { always: 'on' } })
    expect(real('/voice always on')).toMatchObject({ options: { always: 'on' } })
    expect(real('/transcribe as: srt')).toMatchObject({ options: { as: 'srt', file } })
    expect(real('/image prompt: a fox size: 1024x1024')).toMatchObject({
      options: { prompt: 'a fox', size: '1024x1024' },
    })
    const words = /^size takes auto, 1024x1024, .*; "9x9" is none of them/
    for (const line of ['/image prompt: a fox size: 9x9', '/image --size 9x9 a fox'])
      expect(real(line)).toMatchObject({ kind: 'mistake', words: expect.stringMatching(words) })
    expect(real('/voice --frob x')).toMatchObject({ words: expect.stringMatching(/no option "--frob"/) })
  })

  it('refuses by a colon, too, what is no choice', () => {
    const words = /^format takes mp3, wav; "midi" is none of them\./
    expect(read('/speak Good day format: midi')).toMatchObject({
      kind: 'mistake',
      words: expect.stringMatching(words),
    })
  })
})

describe('the look at JSON while it arrives', () => {
  const verdict = (json: string, chunk = 7) => {
    const scan = createJsonScan({ text: 100, depth: 5 })
    const bytes = Buffer.from(json)
    for (let at = 0; at < bytes.length; at += chunk) {
      const found = scan(bytes.subarray(at, at + chunk))
      if (found !== 'ok') return found
    }
    return 'ok'
  }

  it('counts text, but not what is in data URLs, however the chunks fall', () => {
    const data = `data:image/png;base64,${'A'.repeat(500)}`
    for (const chunk of [1, 2, 7, 1_000]) {
      expect(verdict(JSON.stringify({ a: 'x'.repeat(80) }), chunk)).toBe('ok')
      expect(verdict(JSON.stringify({ a: 'x'.repeat(100) }), chunk)).toBe('too_much_text')
      expect(verdict(JSON.stringify({ images: [data, data] }), chunk)).toBe('ok')
      expect(verdict(JSON.stringify({ a: `x${data}` }), chunk)).toBe('too_much_text')
      expect(verdict(JSON.stringify({ images: [data], a: 'x'.repeat(100) }), chunk)).toBe('too_much_text')
    }
  })

  it('is not led astray by quotes and backslashes', () => {
    expect(verdict(JSON.stringify({ a: '"{[{[{[\\"', b: '\\' }))).toBe('ok')
    expect(verdict(`{"a":"data:\\"${'x'.repeat(200)}"}`)).toBe('ok')
    expect(verdict(`{"a":"da\\nta:${'x'.repeat(200)}"}`)).toBe('too_much_text')
  })

  it('counts nesting', () => {
    expect(verdict('[[[[[1]]]]]')).toBe('ok')
    expect(verdict('[[[[[[1]]]]]]')).toBe('too_deep')
    expect(verdict('[{"a":[{"a":[{}]}]}]')).toBe('too_deep')
    expect(verdict('[[],[],[],[],[],[],[]]')).toBe('ok')
  })
})

describe('loopback', () => {
  it.each(['localhost', 'a.localhost', '127.0.0.1', '127.255.0.1', '::1', '[::1]', '0:0:0:0:0:0:0:1'])(
    '%s is this machine',
    (host) => expect(isLoopback(host)).toBe(true),
  )
  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    'localhost.evil',
    '127.0.0.1.evil',
    '1',
    '127.1',
    '::2',
    '::ffff:127.0.0.1',
    '',
  ])('%s is not, or not for sure', (host) => expect(isLoopback(host)).toBe(false))
  it('is read from a Host header without its port', () => {
    expect(hostName('localhost:3000')).toBe('localhost')
    expect(hostName('[::1]:3000')).toBe('[::1]')
    expect(hostName('a@b')).toBeNull()
    expect(hostName('a:b')).toBeNull()
    expect(hostName(undefined)).toBeNull()
  })
})
