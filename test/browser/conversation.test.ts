import { expect, test } from 'vitest'
import { openPage } from './chromium.ts'
import { finished, playground, watchGrowth } from './playground.ts'
import { stage } from './stage.ts'

const on = stage()

test('an answer grows in a thread while it is written, can be stopped, and outlives reload and restart', async () => {
  const { page, complaints } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)

  const growth = await watchGrowth(page)
  await parleyPage.ask('Tell me of parrots in a table')
  expect((await growth()).length).toBeGreaterThanOrEqual(3)
  await parleyPage.questions.getByRole('button', { name: '1 reply' }).waitFor()
  await parleyPage.answers.getByRole('table').waitFor()

  await parleyPage.replyHere.fill('Now something long, please')
  await parleyPage.replyHere.press('Enter')
  const second = parleyPage.answers.nth(1)
  await second.getByRole('button', { name: 'Stop', exact: true }).click()
  await second.and(page.locator('.stopped')).waitFor()
  await second.getByText(/stopped/i).waitFor()
  await second.getByRole('button', { name: 'Regenerate' }).waitFor()

  const png = await page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 48 } })
  await parleyPage.thread
    .getByLabel('Choose files')
    .setInputFiles({ name: 'parrot.png', mimeType: 'image/png', buffer: png })
  await parleyPage.replyHere.fill('What is in this picture?')
  await parleyPage.thread.getByRole('button', { name: 'Send' }).click()
  const third = parleyPage.answers.nth(2)
  await finished(third)
  expect(await third.innerText()).toMatch(/parrot\.png.*64 × 48/)
  await parleyPage.thread.getByRole('img', { name: 'parrot.png' }).waitFor()

  await page.reload()
  await parleyPage.answers.nth(2).waitFor()
  expect(await parleyPage.answers.count()).toBe(3)

  await on.parley.restart()
  await page.reload()
  await parleyPage.answers.nth(2).getByText('parrot.png').first().waitFor()
  expect(
    await parleyPage.thread
      .getByRole('img', { name: 'parrot.png' })
      .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
  ).toBe(64)
  await parleyPage.replyHere.fill('Do you remember?')
  await parleyPage.replyHere.press('Enter')
  await finished(parleyPage.answers.nth(3))
  expect(await parleyPage.answers.nth(3).innerText()).toMatch(/[4-9] earlier messages/)
  expect(complaints).toEqual([])
})

test('in the direct channel no mention is needed and the answer comes below the question', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  await page.getByRole('navigation', { name: 'Channels' }).getByRole('link', { name: 'Parley' }).click()
  await parleyPage.writeHere.fill('Good morning')
  await parleyPage.writeHere.press('Enter')
  await finished(parleyPage.channel.locator('.message.by-bot'))
  await page.getByRole('button', { name: 'Turn' }).click()
  await parleyPage.turn.getByText('Answered').waitFor()
  await parleyPage.turn.getByText(/\d+ messages? sent, \d+ edits/).waitFor()
})

test('without the mention a message in a channel stays between people', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/random')
  await page.getByRole('button', { name: '@Parley' }).click()
  await page.getByText('Parley answers only when mentioned').waitFor()
  await parleyPage.writeHere.fill('Lunch at noon?')
  await parleyPage.writeHere.press('Enter')
  await parleyPage.message('Lunch at noon?').and(page.locator(':not(.sending)')).waitFor()
  expect(await parleyPage.thread.isVisible()).toBe(false)
})
