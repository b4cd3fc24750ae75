import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { text } from '../fakes/openai/script.ts'
import { launchChromium, openPage } from './chromium.ts'
import { type Parley, startParley } from './parley.ts'
import { finished, playground } from './playground.ts'

let browser: Browser
let openai: OpenAiFake
let parley: Parley

beforeAll(async () => {
  openai = await startOpenAiFake()
  const env = { OPENAI_BASE_URL: openai.url, OPENAI_API_KEY: 'sk-browser' }
  ;[browser, parley] = await Promise.all([launchChromium(), startParley({ env })])
})
afterAll(async () => {
  await browser.close()
  await parley.dispose()
  await openai.close()
})

/** Far above what the page takes on a busy machine, far below what unbounded markdown took. */
const bearable = 700

/** The longest time, in milliseconds, that the page answered nothing, from now on or the page's next load. */
async function watchFreezes(page: Page): Promise<() => Promise<number>> {
  const watch = () => {
    Object.assign(window, { longest: 0 })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        Object.assign(window, { longest: Math.max(Reflect.get(window, 'longest'), duration) })
    }).observe({ type: 'longtask' })
  }
  await page.addInitScript(watch)
  await page.evaluate(watch)
  return () => page.evaluate(() => Reflect.get(window, 'longest'))
}

const nested = {
  quotes: `${'>'.repeat(3_000)} deep in quotes`,
  lists: `${'- '.repeat(1_900)} deep in lists`,
  brackets: `${'['.repeat(3_900)} deep in brackets`,
}

/** As typed or pasted, but at once: the browser itself takes long to insert many lines. */
const say = async (page: Page, words: string) => {
  const { writeHere } = playground(page)
  await writeHere.evaluate((area: HTMLTextAreaElement, value) => {
    area.value = value
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }, words)
  await writeHere.press('Enter')
}

const openSilently = async (page: Page, hash: string) => {
  await playground(page).open(parley.url, hash)
  await page.getByRole('button', { name: '@Parley' }).click()
}

test('messages nested beyond reason are shown as plain text, and those around them as ever', async () => {
  const { page, complaints } = await openPage(browser)
  await openSilently(page, '#/general')
  await say(page, 'The **first** word')
  for (const words of Object.values(nested)) await say(page, words)
  await say(page, 'The **last** word')
  await playground(page).message('The last word').waitFor()
  await page.reload()
  const rich = playground(page).channel.locator('.message .rich')
  await rich.filter({ hasText: 'The last word' }).locator('strong', { hasText: 'last' }).waitFor()
  await rich.filter({ hasText: 'The first word' }).locator('strong', { hasText: 'first' }).waitFor()
  for (const words of ['quotes', 'lists', 'brackets'])
    await rich.filter({ hasText: `deep in ${words}` }).waitFor()
  expect(complaints).toEqual([])
})

test('an answer nested beyond reason is shown while it is written and afterwards', async () => {
  const { page, complaints } = await openPage(browser)
  const parleyPage = playground(page)
  await parleyPage.open(parley.url, '#/random')
  openai.next({ beats: text('Here: ', '>'.repeat(10), '\n\n', nested.quotes) })
  await parleyPage.ask('Quote me often')
  await parleyPage.answers.getByText('deep in quotes').waitFor()
  await page.reload()
  await parleyPage.answers.getByText('deep in quotes').waitFor()
  expect(complaints).toEqual([])
})

const heavy = {
  addresses: 'a@a.'.repeat(40_000),
  pictures: '![a'.repeat(30_000),
  lines: 'x\n'.repeat(90_000).trimEnd(),
  emphasis: '*a _'.repeat(25_000).trimEnd(),
  code: `\`\`\`js\n${'const a = `one`\n'.repeat(8_000)}\`\`\``,
}

for (const [name, words] of Object.entries(heavy)) {
  test(`a very long message never freezes the page: ${name}`, async () => {
    const { page } = await openPage(browser)
    const channel = `heavy-${name}`
    await playground(page).open(parley.url)
    await page.getByRole('button', { name: 'Add a channel' }).click()
    await page.getByLabel('Name', { exact: true }).fill(channel)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('heading', { name: `This is #${channel}` }).waitFor()
    await page.getByRole('button', { name: '@Parley' }).click()
    await say(page, words)
    const message = playground(page).channel.locator('.message:not(.sending)')
    await message.waitFor()
    const freeze = await watchFreezes(page)
    await page.reload()
    const rich = message.locator('.rich')
    await message.getByRole('button', { name: 'Show all' }).waitFor()
    expect(await rich.evaluate((box) => box.textContent?.length ?? 0)).toBeLessThanOrEqual(8_000)
    await message.getByRole('button', { name: 'Show all' }).click()
    const visible = words.replace(/```(js\n)?/g, '').replaceAll(/\s/g, '').length
    await expect
      .poll(() => rich.evaluate((box) => (box.textContent ?? '').replaceAll(/\s/g, '').length), {
        timeout: 20_000,
      })
      .toBeGreaterThan(visible * 0.98)
    await message.getByRole('button', { name: 'Show less' }).click()
    expect(await rich.evaluate((box) => box.textContent?.length ?? 0)).toBeLessThanOrEqual(8_000)
    expect(await freeze()).toBeLessThan(bearable)
  })
}

test('a long message that is written with care is formatted throughout once it is unfolded', async () => {
  const { page } = await openPage(browser)
  await openSilently(page, '#/random')
  const parts = Array.from(
    { length: 60 },
    (_, i) => `## Part ${i}\n\n${'Some **words** here. '.repeat(12)}\n\n- one\n- two`,
  )
  await say(page, parts.join('\n\n'))
  const message = playground(page).channel.locator('.message:not(.by-bot)').last()
  await message.getByRole('button', { name: 'Show all' }).click()
  await message.getByRole('heading', { name: 'Part 59' }).waitFor()
  expect(await message.getByRole('heading').count()).toBe(60)
  expect(await message.locator('.rich').innerText()).not.toContain('**')
})

test('what is written of one long answer reads as one message', async () => {
  const { page } = await openPage(browser)
  const parleyPage = playground(page)
  await parleyPage.open(parley.url, '#/general')
  openai.next({
    beats: text(...Array.from({ length: 60 }, (_, i) => `Paragraph ${i}: ${'word '.repeat(20)}\n\n`)),
  })
  await parleyPage.ask('Write at length')
  await expect.poll(() => parleyPage.answers.count()).toBe(2)
  await finished(parleyPage.answers.nth(1))
  const [first, second] = [parleyPage.answers.nth(0), parleyPage.answers.nth(1)]
  await second.and(page.locator('.grouped')).waitFor()
  const end = await first.locator('.rich').evaluate((box) => box.getBoundingClientRect().bottom)
  const start = await second.locator('.rich').evaluate((box) => box.getBoundingClientRect().top)
  expect(start - end).toBeLessThan(14)
  expect(start - end).toBeGreaterThan(4)
})
