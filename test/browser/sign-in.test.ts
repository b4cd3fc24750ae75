import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium, openPage } from './chromium.ts'
import { type Parley, quickly, startParley } from './parley.ts'
import { playground } from './playground.ts'

let browser: Browser
let parley: Parley
const key = 'a-key-for-the-browser-test'

beforeAll(async () => {
  ;[browser, parley] = await Promise.all([
    launchChromium(),
    startParley({ policy: quickly, env: { PARLEY_API_KEYS: key } }),
  ])
})
afterAll(async () => {
  await browser.close()
  await parley.dispose()
})

test('with API keys set one signs in once; a wrong key is refused in words', async () => {
  const { page } = await openPage(browser)
  const parleyPage = playground(page)
  await page.goto(parley.url)
  await page.getByLabel('API key').fill('not-a-key')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('This API key is not one of PARLEY_API_KEYS.').waitFor()
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await parleyPage.ask('Who goes there?')
  await page.reload()
  await parleyPage.answers.first().waitFor()
  expect(await page.evaluate((secret) => JSON.stringify(localStorage).includes(secret), key)).toBe(false)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('API key').waitFor()
})

test('the name one writes under can be changed, and channels can be added', async () => {
  const { page } = await openPage(browser)
  const parleyPage = playground(page)
  await page.goto(parley.url)
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /You write as Guest/ }).click()
  await page.getByLabel('Shown with what you write').fill('Ada Lovelace')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Add a channel' }).click()
  await page.getByLabel('Name', { exact: true }).fill('!!')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page
    .getByRole('dialog')
    .getByText(/^A channel’s name has 1 to 40 letters, digits/)
    .waitFor()
  await page.getByLabel('Name', { exact: true }).fill('engines')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('heading', { name: 'This is #engines' }).waitFor()
  await parleyPage.ask('Who wrote the first program?')
  await parleyPage.questions.getByText('Ada Lovelace').waitFor()
})
