import { expect, test } from 'vitest'
import { openPage } from './chromium.ts'
import { quickly } from './parley.ts'
import { finished, playground } from './playground.ts'
import { stage } from './stage.ts'

const on = stage({ policy: quickly })

test('while the server is away the page says so, keeps what was written, and sends it once when told to', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  await parleyPage.writeHere.waitFor()
  await on.parley.stop()
  await page.getByText('Reconnecting…').waitFor()
  await parleyPage.writeHere.fill('Are you there?')
  await parleyPage.writeHere.press('Enter')
  const question = parleyPage.channel.locator('.message').filter({ hasText: 'Are you there?' })
  await question.getByText('Not sent.').waitFor()
  await parleyPage.thread.getByText('Not sent.').waitFor()
  expect(await page.getByRole('button', { name: 'Retry' }).count()).toBe(1)
  expect(await page.getByText('can’t be reached').and(page.locator(':visible')).count()).toBe(1)

  await on.parley.restart()
  await expect.poll(() => page.getByText('Reconnecting…').isVisible(), { timeout: 15_000 }).toBe(false)
  await question.getByRole('button', { name: 'Retry' }).click()
  await finished(parleyPage.answers.first())
  await expect.poll(() => page.getByText('Not sent.').count()).toBe(0)
  await page.reload()
  await parleyPage.answers.first().waitFor()
  expect(await question.count()).toBe(1)
  expect(await parleyPage.answers.count()).toBe(1)
})

test('what was said while a page was away is there once it is back', async () => {
  const [away, here] = await Promise.all([openPage(on.browser), openPage(on.browser)])
  const [awayPage, herePage] = [playground(away.page), playground(here.page)]
  await Promise.all([awayPage.open(on.parley.url, '#/random'), herePage.open(on.parley.url, '#/random')])
  await awayPage.writeHere.waitFor()
  const events = '**/playground/events*'
  await away.page.route(events, (route) => route.abort())
  await on.parley.restart()
  await away.page.getByText('Reconnecting…').waitFor()
  await expect.poll(() => here.page.getByText('Reconnecting…').isVisible()).toBe(false)
  await herePage.ask('What do rooks eat?')
  expect(await awayPage.message('rooks').count()).toBe(0)
  await away.page.unroute(events)
  await awayPage.message('rooks').first().waitFor()
})
