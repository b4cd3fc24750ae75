import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openPage } from './chromium.ts'
import { clipped } from './clipped.ts'
import { poorContrast } from './contrast.ts'
import { playground } from './playground.ts'
import { stage } from './stage.ts'

const on = stage()

const unbreakable = 'extraordinarily'.repeat(12)

const wide = (page: Page) =>
  page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth))

for (const colorScheme of ['light', 'dark'] as const) {
  test(`at 360 px one pane is shown at a time, nothing scrolls sideways, and all can be read (${colorScheme})`, async () => {
    const viewport = { width: 360, height: 640 }
    const { page } = await openPage(on.browser, { viewport, colorScheme, hasTouch: true, isMobile: true })
    const parleyPage = playground(page)
    const check = async (where: string) => {
      expect(await wide(page), where).toBe(360)
      expect(await page.evaluate(clipped), where).toEqual([])
      expect(await page.evaluate(poorContrast), where).toEqual([])
    }
    await parleyPage.open(on.parley.url)
    await parleyPage.writeHere.waitFor()
    const banner = page.getByText('these answers are rehearsed')
    expect((await banner.boundingBox())?.height).toBeLessThan(48)
    await check('the first sight')
    await parleyPage.channel.getByRole('link', { name: 'All channels' }).tap()
    await page.getByRole('link', { name: 'general' }).waitFor()
    await check('the channels')
    await page.getByRole('link', { name: 'general' }).tap()
    await parleyPage.writeHere.waitFor()
    await check('an empty channel')
    await parleyPage.ask(
      `Some code and a table for ${unbreakable}\n\n\`\`\`js\nconst it = '${unbreakable}'\n\`\`\``,
    )
    await check('a thread')
    expect(await parleyPage.channel.isVisible()).toBe(false)
    expect(await banner.isVisible()).toBe(false)
    await parleyPage.thread.getByRole('button', { name: 'Turn' }).tap()
    await parleyPage.turn.getByText('Answered').waitFor()
    await check('the turn')
    await page.getByRole('button', { name: 'Close the turn panel' }).tap()
    await parleyPage.thread.getByRole('link', { name: 'Back to the channel' }).tap()
    await parleyPage.channel.getByRole('button', { name: '1 reply' }).first().waitFor()
    await check('the channel')
    await parleyPage.channel.getByRole('link', { name: 'All channels' }).tap()
    await page.getByRole('link', { name: 'random' }).tap()
    await page.getByRole('heading', { name: 'This is #random' }).waitFor()
  })
}

test('the theme can be chosen and is kept', async () => {
  const { page } = await openPage(on.browser)
  await playground(page).open(on.parley.url)
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await paper()
  await page.getByRole('button', { name: 'Theme: system. Change it' }).click()
  await page.getByRole('button', { name: 'Theme: light. Change it' }).click()
  expect(await paper()).not.toBe(light)
  await page.reload()
  await page.getByRole('button', { name: 'Theme: dark. Change it' }).waitFor()
  expect(await paper()).not.toBe(light)
})

test('a reader who has scrolled up is left in peace and can jump to the latest', async () => {
  const { page } = await openPage(on.browser, { viewport: { width: 1000, height: 420 } })
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  await parleyPage.writeHere.fill('Something long')
  await parleyPage.writeHere.press('Enter')
  const log = parleyPage.thread.getByRole('log')
  const overflow = () => log.evaluate((box) => box.scrollHeight - box.clientHeight)
  const fromEnd = () => log.evaluate((box) => box.scrollHeight - box.clientHeight - box.scrollTop)
  await expect.poll(overflow, { timeout: 15_000 }).toBeGreaterThan(200)
  expect(await fromEnd()).toBeLessThan(60)
  await log.hover()
  await page.mouse.wheel(0, -5_000)
  await expect.poll(() => log.evaluate((box) => box.scrollTop)).toBe(0)
  const before = await overflow()
  await expect.poll(overflow).toBeGreaterThan(before)
  expect(await log.evaluate((box) => box.scrollTop)).toBe(0)
  await parleyPage.thread.getByRole('button', { name: /Jump to latest|New messages/ }).click()
  await expect.poll(fromEnd).toBeLessThan(60)
})
