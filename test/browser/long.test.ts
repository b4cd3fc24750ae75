import { expect, test } from 'vitest'
import { visit } from '../fakes/visitor.ts'
import { openPage } from './chromium.ts'
import { quickly } from './parley.ts'
import { finished, playground } from './playground.ts'
import { stage } from './stage.ts'

const on = stage({ policy: quickly })
const grace = visit(() => on.parley.url, 'Grace')

test('a page left open keeps the newest messages of a busy channel, and fetches older ones when scrolled to', async () => {
  const { page, complaints } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/random')
  await parleyPage.writeHere.waitFor()
  for (let round = 0; round < 23; round++)
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => grace.say(`Line ${round * 20 + at}.`, { channel: 'random' })),
    )
  await grace.say('The last line', { channel: 'random' })
  await parleyPage.message('The last line').waitFor()
  const shown = parleyPage.channel.locator('.message')
  await expect.poll(() => shown.count()).toBeLessThanOrEqual(400)
  expect(await shown.count()).toBeGreaterThanOrEqual(300)
  await expect.poll(() => parleyPage.message('The last line').isVisible()).toBe(true)
  await expect
    .poll(async () => {
      await page.getByRole('log').evaluate((log) => log.scrollTo({ top: 0 }))
      return shown.count()
    })
    .toBe(461)
  expect(complaints).toEqual([])
})

test('while an answer grows the messages around it cost nothing', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  for (let at = 0; at < 40; at++) await grace.say(`Before ${at}`, { channel: 'general' })
  const { id } = await grace.say('@Parley hello', { channel: 'general' })
  for (let at = 0; at < 40; at++) await grace.say(`@Grace between ${at}`, { channel: 'general', thread: id })
  await parleyPage.open(on.parley.url, `#/general/${id}`)
  await finished(parleyPage.answers.first())
  await parleyPage.thread.getByText('between 39').waitFor()
  await page.evaluate(() => {
    const counts = { dates: 0, changes: 0 }
    const plain = Date.prototype.toDateString
    Date.prototype.toDateString = function () {
      counts.dates++
      return plain.call(this)
    }
    new MutationObserver(() => counts.changes++).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    })
    Object.assign(window, { counts })
  })
  await parleyPage.replyHere.fill('Tell me more, and at length')
  await parleyPage.replyHere.press('Enter')
  const answer = parleyPage.answers.last()
  await expect.poll(() => parleyPage.answers.count()).toBe(2)
  await finished(answer)
  const { dates, changes } = await page.evaluate(
    () => (window as never as { counts: Record<string, number> }).counts,
  )
  expect(changes).toBeGreaterThan(20)
  // Each drawing of the whole thread asks for some 100 dates; a few are needed for what is new in it.
  expect(dates).toBeLessThan(1_400)
})
