import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { text } from '../fakes/openai/script.ts'
import { launchChromium, openPage } from './chromium.ts'
import { type Parley, startParley } from './parley.ts'
import { finished, playground } from './playground.ts'

const picture = new URL('../../docs/playground.png', import.meta.url).pathname

const answer = `Insertion sort, or an adaptive sort such as **Timsort**. Both finish in nearly linear time when few items are out of place:

| Sort | Nearly sorted | Random | Stable |
| --- | --- | --- | --- |
| Insertion | O(n + d) | O(n²) | yes |
| Timsort | O(n) | O(n log n) | yes |
| Quicksort | O(n log n) | O(n log n) | no |

Here *d* is the number of pairs in the wrong order. JavaScript's own \`sort\` is a Timsort already, so this is enough:

\`\`\`ts
const byTime = (a, b) => a.at - b.at
log.sort(byTime)
\`\`\``

let browser: Browser
let openai: OpenAiFake
let parley: Parley

const wanted = process.env.PARLEY_SCREENSHOT === '1'

beforeAll(async () => {
  if (!wanted) return
  openai = await startOpenAiFake({ key: 'sk-screenshot' })
  const env = { OPENAI_BASE_URL: openai.url, OPENAI_API: 'responses', OPENAI_API_KEY: 'sk-screenshot' }
  ;[browser, parley] = await Promise.all([launchChromium(), startParley({ env })])
})
afterAll(async () => {
  if (!wanted) return
  await browser.close()
  await parley.dispose()
  await openai.close()
})

const pageOf = async (id: string, name: string) => {
  const { page } = await openPage(browser, { deviceScaleFactor: 2 })
  await page.addInitScript((me) => localStorage.setItem('parley.me', me), JSON.stringify({ id, name }))
  await playground(page).open(parley.url)
  return page
}

const say = async (page: Page, words: string) => {
  await playground(page).writeHere.fill(words)
  await playground(page).writeHere.press('Enter')
}

test.runIf(wanted)("the README's picture is made", async () => {
  const words = answer.split(/(?<=\s)/)
  const pause = { kind: 'pause', ms: 12 } as const
  openai.always({
    beats: [{ kind: 'pause', ms: 420 }, ...text(...words).flatMap((beat) => [beat, pause])],
    usage: { input: 412, cached: 256, output: 178, reasoning: 0 },
  })
  const grace = await pageOf('00000000-grace', 'Grace Hopper')
  await grace.getByRole('button', { name: '@Parley' }).click()
  await say(grace, 'The import is done: 40,000 log entries, nearly in order.')
  await say(grace, 'We still have to sort them by time.')
  await grace.locator('.message').nth(1).waitFor()

  const ada = await pageOf('00000007-ada', 'Ada Lovelace')
  await ada.getByText('by time').waitFor()
  await ada.getByRole('button', { name: 'Turn' }).click()
  await say(ada, 'Which sort is best for a log that is nearly in order?')
  await finished(playground(ada).answers.first())
  await playground(ada).turn.getByText('Answered').waitFor()
  await playground(ada).answers.locator('.hljs-keyword').first().waitFor()
  await ada.evaluate(() => {
    for (const time of document.querySelectorAll('time')) time.textContent = '10:24'
    // The fake's request ids look like nothing that a provider sends.
    document.querySelector('.turn-facts > :last-child')?.remove()
  })
  await ada.mouse.move(0, 0)
  await ada.screenshot({ path: picture })
})
