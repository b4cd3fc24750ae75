import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
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

test('an answer that failed says why, and Retry writes it in its place', async () => {
  const { page } = await openPage(browser)
  const parleyPage = playground(page)
  await parleyPage.open(parley.url)
  expect(await page.getByText('these answers are rehearsed').count()).toBe(0)
  openai.next({ kind: 'status', status: 401, message: 'Incorrect API key provided' })
  await parleyPage.ask('Are the keys right?')
  const answer = parleyPage.answers.first()
  await answer.getByText(/did not accept the API key/).waitFor()
  await answer.getByText('Failed').waitFor()
  await answer.getByRole('button', { name: 'Retry' }).click()
  await answer.and(page.locator('.done')).waitFor()
  await answer.getByText('Are the keys right?').waitFor()
  expect(await parleyPage.answers.count()).toBe(1)
})

test('a message that the server refuses stays, says why, and can be taken back and sent shorter', async () => {
  const { page } = await openPage(browser)
  const parleyPage = playground(page)
  await parleyPage.open(parley.url, '#/random')
  await page.getByRole('button', { name: '@Parley' }).click()
  await parleyPage.writeHere.fill('far too much '.repeat(90_000))
  await parleyPage.writeHere.press('Enter')
  const message = parleyPage.message('far too much')
  await message.getByText(/Not sent\. More than 1 MB of text/).waitFor()
  await message.getByRole('button', { name: 'Show all' }).waitFor()
  await message.getByRole('button', { name: 'Edit', exact: true }).click()
  await expect.poll(() => parleyPage.writeHere.inputValue()).toMatch(/^far too much/)
  await parleyPage.writeHere.fill('just enough')
  await parleyPage.writeHere.press('Enter')
  await parleyPage.message('just enough').and(page.locator(':not(.sending)')).waitFor()
  await page.reload()
  await parleyPage.message('just enough').waitFor()
  expect(await parleyPage.message('far too much').count()).toBe(0)
})

test('an answer can be stopped before its first word is there', async () => {
  const { page } = await openPage(browser)
  const parleyPage = playground(page)
  await parleyPage.open(parley.url, '#/random')
  openai.next({ kind: 'hang' })
  await parleyPage.writeHere.fill('Take your time')
  await parleyPage.writeHere.press('Enter')
  await parleyPage.thread.getByText('Parley is thinking').waitFor()
  await parleyPage.thread.getByRole('button', { name: 'Stop the answer' }).click()
  await finished(parleyPage.answers.first())
  await parleyPage.thread.getByText('Parley is thinking').waitFor({ state: 'detached' })
})
