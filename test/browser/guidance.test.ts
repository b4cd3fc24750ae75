import { expect, test } from 'vitest'
import { openPage } from './chromium.ts'
import { finished, playground } from './playground.ts'
import { stage } from './stage.ts'

const on = stage()

test('a thread that is not there says so and leads back', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/general/00000000-no-such-thread')
  await parleyPage.thread.getByRole('heading', { name: 'This thread is not here' }).waitFor()
  await parleyPage.thread.getByRole('link', { name: 'Back to #general' }).click()
  await expect.poll(() => parleyPage.thread.isVisible()).toBe(false)
})

test('a guest is asked for a name once, and is not in the way of anything', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  const name = page.getByRole('textbox', { name: 'How shall others see you?' })
  await name.waitFor()
  await page.getByRole('button', { name: 'Stay a guest' }).click()
  expect(await name.isVisible()).toBe(false)
  await page.reload()
  await page.getByRole('button', { name: /You write as Guest/ }).waitFor()
  expect(await name.isVisible()).toBe(false)

  const other = await openPage(on.browser)
  await playground(other.page).open(on.parley.url)
  await other.page.getByRole('textbox', { name: 'How shall others see you?' }).fill('Grace Hopper')
  await other.page.keyboard.press('Enter')
  await other.page.getByRole('button', { name: /You write as Grace Hopper/ }).waitFor()
  expect(await other.page.getByRole('textbox', { name: 'How shall others see you?' }).isVisible()).toBe(false)
})

test('what is written during an answer says that it waits, until its own answer is written', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/random')
  await parleyPage.writeHere.fill('Tell me the long story of how chat began')
  await parleyPage.writeHere.press('Enter')
  await parleyPage.answers.first().and(page.locator('.writing')).waitFor()
  await parleyPage.replyHere.fill('And how did it end?')
  await parleyPage.replyHere.press('Enter')
  const waiting = page.getByText('Waiting: answered together after this one')
  await parleyPage
    .message('And how did it end?')
    .and(page.locator('.thread *'))
    .getByText('Waiting')
    .waitFor()
  expect(await waiting.count()).toBe(1)
  await parleyPage.answers.first().getByRole('button', { name: 'Stop', exact: true }).click()
  await finished(parleyPage.answers.nth(1))
  expect(await waiting.count()).toBe(0)
})

test('the turn panel explains itself and says what happened in words', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  const button = page.getByRole('button', { name: 'Turn' })
  expect(await button.getAttribute('title')).toContain('What the current answer did')
  await button.click()
  await parleyPage.turn.getByText('What the current answer did, and when.').waitFor()
  await parleyPage.ask('What do larks eat?')
  await parleyPage.turn.getByText('Answered').waitFor()
  await parleyPage.turn.getByText('Calls to the chat').waitFor()
  await parleyPage.turn.getByText(/^\d+ messages? sent, \d+ edits? as it grew$/).waitFor()
  expect(await parleyPage.turn.getByText('State', { exact: true }).count()).toBe(0)
})
