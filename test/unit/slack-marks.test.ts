import { describe, expect, it } from 'vitest'
import { emojiOf, withEmoji } from '../../adapters/slack/emoji.ts'
import { idsIn, markdownOf, mentionedIn, type Naming, plainOf } from '../../adapters/slack/marks.ts'
import { blockWords, idsInBlocks } from '../../adapters/slack/rich-text.ts'

const naming: Naming = {
  user: (id) => (id === 'U1' ? 'Ada' : null),
  channel: (id) => (id === 'C1' ? 'general' : null),
  group: (id) => (id === 'S1' ? 'crew' : null),
}
const said = (text: string) => markdownOf(text, naming)

describe('Slack’s markup', () => {
  it.each([
    ['<@U1> and <@U2>, <@U3|eve>', '@Ada and @unknown user, @eve'],
    ['<#C1> <#C2|random> <#C3|>', '#general #random #unknown channel'],
    [
      '<!subteam^S1> <!subteam^S2|@ops> <!here> <!channel> <!everyone>',
      '@crew @ops @here @channel @everyone',
    ],
    ['<!date^1392734382^{date}|18 February>', '18 February'],
    ['<!date^1392734382^{date}>', '2014-02-18 14:39 UTC'],
    ['<https://a.example/x?a=1&amp;b=2>', 'https://a.example/x?a=1&b=2'],
    ['<https://a.example|the page>', '[the page](https://a.example)'],
    ['<http://a.example|a.example>', 'http://a.example'],
    ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['<https://a.example/(x)|brackets [in] it>', '[brackets \\[in\\] it](<https://a.example/(x)>)'],
    ['1 &lt; 2 &amp;&amp; 3 &gt; 2 &amp;lt;', '1 < 2 && 3 > 2 &lt;'],
    ['<not a tag> <!unknown> <@no body>', '<not a tag> <!unknown> <@no body>'],
  ])('%s', (text, markdown) => expect(said(text)).toBe(markdown))

  it.each([
    ['*bold* and _slanted_, ~gone~', '**bold** and _slanted_, ~~gone~~'],
    ['2*3*4 and * not this *', '2*3*4 and * not this *'],
    ['<https://a.example/*x*~y~|*label*>', '[*label*](https://a.example/*x*~y~)'],
    ['`*not bold* &lt;b&gt;` *bold*', '`*not bold* <b>` **bold**'],
    ['look:```const a = *b*\n```', 'look:\n```\nconst a = *b*\n```\n'],
    ['&gt; quoted\nsaid', '> quoted\nsaid'],
    ['• one\n• two', '- one\n- two'],
  ])('becomes Markdown: %s', (text, markdown) => expect(said(text)).toBe(markdown))

  it('is no formatting where a command is typed, but links and names all the same', () => {
    expect(plainOf('*x* <@U1|ada> <https://a.example|a.example> &amp; :tada:')).toBe(
      '*x* @ada https://a.example & 🎉',
    )
  })

  it('says which ids want a name, and who is addressed', () => {
    const text = '<@U1> <@U2|bo> <#C1> <#C2|x> <!subteam^S1> <!subteam^S2|@ops> `<@U9>` &lt;@U8&gt;'
    expect(idsIn(text)).toEqual({ users: ['U1', 'U9'], channels: ['C1'], groups: ['S1'] })
    expect(mentionedIn(text)).toEqual({ users: ['U1', 'U2', 'U9'], groups: ['S1', 'S2'] })
  })

  it('knows ids by their place, however they are written', () => {
    const text = '<@U_ann> <@alice> <#C-general|> <!subteam^s.crew> <@no one> <@>'
    expect(idsIn(text)).toEqual({ users: ['U_ann', 'alice'], channels: ['C-general'], groups: ['s.crew'] })
    expect(mentionedIn(text)).toEqual({ users: ['U_ann', 'alice'], groups: ['s.crew'] })
  })

  it('has the common emoji as characters, and leaves the others as they are', () => {
    expect(withEmoji(':wave::skin-tone-3: :+1: :our_logo: 12:30:45 :x:')).toBe('👋 👍 :our_logo: 12:30:45 ❌')
    expect(emojiOf('1f44b-1f3fb')).toBe('👋🏻')
    for (const odd of ['d800', '110000', 'zz', '', null, {}, '1f44b-']) expect(emojiOf(odd)).toBeNull()
  })

  it('costs no more than its length, whatever is typed', () => {
    const begun = performance.now()
    for (const odd of ['*a ', '<', '`', '```', '<@U1', '~', '> ', ':a', '*_~`<', '&lt;'])
      markdownOf(odd.repeat(40_000 / odd.length), naming)
    expect(performance.now() - begun).toBeLessThan(2_000)
  })
})

const rich = (...elements: object[]) => [{ type: 'rich_text', elements }]
const section = (...elements: object[]) => ({ type: 'rich_text_section', elements })
const text = (words: string, style?: object) => ({ type: 'text', text: words, ...(style && { style }) })
const shown = (blocks: readonly unknown[]) => blockWords(blocks, naming)

describe('rich text', () => {
  it('has its marks where Markdown has them', () => {
    const marked = section(
      text('a '),
      text('bold ', { bold: true }),
      text('both', { bold: true, italic: true }),
      text(' '),
      text('gone', { strike: true }),
      text(' '),
      text('x = `y`', { code: true }),
    )
    expect(shown(rich(marked))).toBe('a **bold** **_both_** ~~gone~~ `` x = `y` ``')
  })

  it('has names, links and emoji', () => {
    const line = section(
      { type: 'user', user_id: 'U1' },
      text(' '),
      { type: 'channel', channel_id: 'C9' },
      text(' '),
      { type: 'usergroup', usergroup_id: 'S1' },
      text(' '),
      { type: 'broadcast', range: 'here' },
      text(' '),
      { type: 'link', url: 'https://a.example', text: 'page' },
      text(' '),
      { type: 'emoji', name: 'wave', unicode: '1f44b' },
      { type: 'emoji', name: 'our_logo' },
    )
    expect(shown(rich(line))).toBe('@Ada #unknown channel @crew @here [page](https://a.example) 👋:our_logo:')
    expect(idsInBlocks(rich(line))).toEqual({ users: ['U1'], channels: ['C9'], groups: ['S1'] })
  })

  it('has lists with their levels and numbers, quotes, and code with fences that hold', () => {
    const list = (style: string, indent: number, ...items: string[]) => ({
      type: 'rich_text_list',
      style,
      indent,
      elements: items.map((item) => section(text(item))),
    })
    const blocks = rich(
      section(text('this:\n')),
      list('ordered', 0, 'one', 'two'),
      list('bullet', 1, 'below'),
      { type: 'rich_text_list', style: 'ordered', offset: 2, elements: [section(text('three'))] },
      { type: 'rich_text_quote', elements: [text('said\nso')] },
      { type: 'rich_text_preformatted', elements: [text('a ``` b\n')] },
    )
    expect(shown(blocks)).toBe(
      'this:\n1. one\n2. two\n    - below\n3. three\n> said\n> so\n````\na ``` b\n````',
    )
  })

  it('is read from what apps write too: markdown, sections, headers, tables', () => {
    const cell = (words: string) => ({ type: 'raw_text', text: words })
    const table = {
      type: 'table',
      rows: [
        [cell('a'), cell('b|c')],
        [cell('1'), cell('2')],
      ],
    }
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'News' } },
      { type: 'markdown', text: '**bold**' },
      { type: 'section', text: { type: 'mrkdwn', text: '*b* &amp; <@U1>' } },
      { type: 'divider' },
      table,
    ]
    expect(shown(blocks)).toBe('## News\n**bold**\n**b** & @Ada\n| a | b\\|c |\n| --- | --- |\n| 1 | 2 |')
  })
})
