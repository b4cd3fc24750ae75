import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { visit } from '../fakes/visitor.ts'
import { openPage } from './chromium.ts'
import { quickly } from './parley.ts'
import { playground } from './playground.ts'
import { stage } from './stage.ts'

const on = stage({ policy: quickly })
const grace = visit(() => on.parley.url, 'Grace')

/** Chromium without a window takes every page for visible; the page itself can be told otherwise. */
const setVisible = (page: Page, visible: boolean) =>
  page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
      Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    visible ? ('visible' as const) : ('hidden' as const),
  )

/** Resolves when the page has let go of its event stream. */
const letsGo = (page: Page) =>
  page.waitForEvent('requestfailed', (request) => request.url().includes('/playground/events'))

test('any number of tabs can be open: those in the background hold no connection and catch up when shown', async () => {
  const { page: first } = await openPage(on.browser)
  const tabs: Page[] = []
  const openTab = async () => {
    const page = tabs.length === 0 ? first : await first.context().newPage()
    await playground(page).open(on.parley.url, '#/random')
    await playground(page).writeHere.waitFor()
    tabs.push(page)
  }
  for (let count = 0; count < 5; count++) await openTab()
  await Promise.all(tabs.map((tab) => Promise.all([letsGo(tab), setVisible(tab, false)])))
  for (let count = 0; count < 3; count++) await openTab()
  const last = playground(tabs.at(-1) ?? first)
  await grace.say('Rooks like nuts', { channel: 'random' })
  await last.message('Rooks like nuts').waitFor()
  const early = playground(first)
  expect(await early.message('Rooks').count()).toBe(0)
  await setVisible(first, true)
  await early.message('Rooks like nuts').waitFor()
  expect(await first.getByText('Reconnecting…').isVisible()).toBe(false)
  await grace.say('And cherries', { channel: 'random' })
  await early.message('And cherries').waitFor()
})

test('what is said while a page opens is there, though its events begin later', async () => {
  const { page } = await openPage(on.browser)
  const opening = Promise.withResolvers<void>()
  await page.route('**/playground/events*', async (route) => {
    await opening.promise
    await route.continue()
  })
  const parleyPage = playground(page)
  await grace.say('The first', { channel: 'general' })
  await parleyPage.open(on.parley.url, '#/general')
  await parleyPage.message('The first').waitFor()
  await grace.say('The one in between', { channel: 'general' })
  opening.resolve()
  await parleyPage.message('The one in between').waitFor()
})

test('a message is its author’s after a reload and nobody else’s, and no script knows how that is told', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  const mine = parleyPage.channel.locator('.message').filter({ hasText: 'This is mine' })
  await parleyPage.open(on.parley.url, '#/general')
  await parleyPage.writeHere.fill('This is mine')
  await parleyPage.writeHere.press('Enter')
  await mine.waitFor()
  expect(await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage }))).not.toMatch(
    /parley_author|token/,
  )
  await page.reload()
  await mine.hover()
  await mine.getByRole('button', { name: 'Edit' }).waitFor()
  const { page: other } = await openPage(on.browser)
  const theirs = playground(other).channel.locator('.message').filter({ hasText: 'This is mine' })
  await playground(other).open(on.parley.url, '#/general')
  await theirs.hover()
  expect(await theirs.getByRole('button', { name: 'Edit' }).count()).toBe(0)
})

test('words that were just typed are still there when the page is left at once', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/general')
  await parleyPage.writeHere.pressSequentially('Not yet sent')
  await page.reload()
  await expect.poll(() => parleyPage.writeHere.inputValue()).toBe('Not yet sent')
})
