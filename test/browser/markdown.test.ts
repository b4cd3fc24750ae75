import { expect, test } from 'vitest'
import { openPage } from './chromium.ts'
import { quickly } from './parley.ts'
import { playground } from './playground.ts'
import { stage } from './stage.ts'

const on = stage({ policy: quickly })

const hostile = [
  '<script>document.title = "broken in"</script>',
  '<img src=x onerror="document.title = 1">',
  '<iframe src="https://evil.example"></iframe>',
  '<svg onload="document.title = 2"><style>* { display: none }</style></svg>',
  '[click](javascript:document.title=3) [also](JaVaScRiPt&colon;alert(1)) [data](data:text/html,<script>1</script>)',
  '![tracker](https://evil.example/pixel.png)',
  '[fine](https://example.com/page "a title")',
  '<a href="https://example.com" onclick="document.title = 4">raw link</a>',
  '`<b>code</b>` and **bold** and <b>not bold</b>',
].join('\n\n')

test('hostile markdown is shown as harmless text, and loads and runs nothing', async () => {
  const { page, complaints } = await openPage(on.browser)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  await parleyPage.ask(hostile)

  const rich = parleyPage.channel.locator('.message .rich').first()
  const seen = await rich.evaluate((element) => ({
    text: element.textContent ?? '',
    tags: [...new Set([...element.querySelectorAll('*')].map((one) => one.localName))].sort(),
    handlers: [...element.querySelectorAll('*')].flatMap((one) =>
      one.getAttributeNames().filter((name) => name.startsWith('on') || name === 'style' || name === 'src'),
    ),
    links: [...element.querySelectorAll('a')].map((link) => [
      link.textContent,
      link.href,
      link.rel,
      link.target,
    ]),
  }))
  expect(seen.tags).toEqual(['a', 'code', 'p', 'span', 'strong'])
  expect(seen.handlers).toEqual([])
  expect(seen.text).toContain('<script>document.title = "broken in"</script>')
  expect(seen.text).toContain('<iframe src="https://evil.example"></iframe>')
  expect(seen.text).toContain('<b>not bold</b>')
  expect(seen.text).toContain('javascript:document.title=3')
  const outside = ['noopener noreferrer', '_blank']
  expect(seen.links).toEqual([
    ['Image: tracker', 'https://evil.example/pixel.png', ...outside],
    ['fine', 'https://example.com/page', ...outside],
  ])
  expect(asked.filter((url) => !url.startsWith(on.parley.url) && !url.startsWith('blob:'))).toEqual([])
  expect(await page.title()).toBe('#general · Parley')
  expect(complaints).toEqual([])
})

test('code is coloured, names its language and can be copied; a wide table scrolls in its own frame', async () => {
  const { page, complaints } = await openPage(on.browser, {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/random')
  const wide = Array.from({ length: 30 }, (_, i) => `column-${i}`).join(' | ')
  const rule = Array.from({ length: 30 }, () => '---').join(' | ')
  await parleyPage.ask(
    `\`\`\`ts\nconst answer: number = 42\n\`\`\`\n\n| ${wide} |\n| ${rule} |\n| ${wide} |\n\n> \`\`\`py\n> import quoted\n> \`\`\``,
  )

  const question = parleyPage.questions.first()
  await question.locator('.hljs-keyword', { hasText: 'const' }).waitFor()
  await question.getByText('ts', { exact: true }).waitFor()
  await question.getByRole('button', { name: 'Copy', exact: true }).first().click()
  await question.getByText('Copied').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('const answer: number = 42')
  await question.getByRole('region', { name: 'Code, py' }).locator('.hljs-keyword').waitFor()
  const frame = question.getByRole('region', { name: 'Table' })
  expect(await frame.evaluate((box) => box.scrollWidth > box.clientWidth)).toBe(true)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1280)
  expect(complaints).toEqual([])
})
