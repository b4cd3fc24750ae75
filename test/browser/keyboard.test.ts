import { expect, test } from 'vitest'
import { openPage } from './chromium.ts'
import { quickly } from './parley.ts'
import { finished, playground } from './playground.ts'
import { stage } from './stage.ts'

const on = stage({ policy: quickly })

test('a question is asked, answered, corrected and left with the keyboard alone', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  await parleyPage.writeHere.waitFor()
  await page.keyboard.type('First line')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('second line')
  await page.keyboard.press('Enter')
  await finished(parleyPage.answers.first())
  expect(await parleyPage.questions.first().locator('br').count()).toBe(1)

  await page.keyboard.type('And in the thread')
  await page.keyboard.press('Enter')
  await finished(parleyPage.answers.nth(1))
  await page.keyboard.press('ArrowUp')
  const editor = page.getByRole('textbox', { name: 'Edit message' })
  expect(await editor.inputValue()).toBe('And in the thread')
  await page.keyboard.press('Escape')
  await expect.poll(() => editor.count()).toBe(0)
  await page.keyboard.press('Escape')
  await expect.poll(() => parleyPage.thread.isVisible()).toBe(false)
  await page.keyboard.press('Alt+t')
  await parleyPage.turn.getByText('Final text shown').waitFor()
  await page.keyboard.press('Alt+ArrowDown')
  await page.getByRole('heading', { name: 'This is #random' }).waitFor()
})

test('the command list opens with /, is chosen from with arrows, and completes models', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/random')
  await parleyPage.writeHere.waitFor()
  const list = parleyPage.channel.getByRole('listbox', { name: 'Commands' })
  await page.keyboard.type('/')
  await list.getByRole('option', { name: /^\/ask/, selected: true }).waitFor()
  await page.keyboard.press('ArrowDown')
  expect(await list.getByRole('option', { name: /^\/ask/ }).getAttribute('aria-selected')).toBe('false')
  await page.keyboard.type('model')
  await page.keyboard.press('Tab')
  expect(await parleyPage.writeHere.inputValue()).toBe('/model ')
  await list.getByRole('option', { name: 'rehearsal' }).waitFor()
  await page.keyboard.press('Tab')
  expect(await parleyPage.writeHere.inputValue()).toBe('/model rehearsal')
  await page.keyboard.press('Enter')
  await parleyPage.message('/model rehearsal').waitFor()
  await page.locator('.message.by-bot').getByText('rehearsal').first().waitFor()

  await page.keyboard.type('/nonsense')
  await page.keyboard.press('Enter')
  const refusal = parleyPage.message('There is no command /nonsense')
  await refusal.getByText('Only you can see this').waitFor()
})

test('the list of keys opens with ? and closes with Escape', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  await parleyPage.writeHere.waitFor()
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).focus()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Shift + Enter').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
})

test('a finished answer is told to screen readers once, and not while it is written', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  await page.evaluate(() => {
    const region = document.querySelector('#spoken')
    const said: string[] = []
    Object.assign(window, { said })
    new MutationObserver(() => said.push(region?.textContent ?? '')).observe(region as Element, {
      childList: true,
    })
  })
  await parleyPage.ask('What do owls eat?')
  await expect.poll(() => page.locator('#spoken').textContent()).toMatch(/^Parley: .*owls/s)
  expect(await page.evaluate(() => Reflect.get(window, 'said').length)).toBe(1)
  expect(await parleyPage.channel.getByRole('log').getAttribute('aria-live')).toBe('off')
})
