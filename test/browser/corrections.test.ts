import { expect, test } from 'vitest'
import { openPage } from './chromium.ts'
import { quickly } from './parley.ts'
import { finished, playground } from './playground.ts'
import { stage } from './stage.ts'

const on = stage({ policy: quickly })

test('editing a question rewrites its answer, and Regenerate writes it anew in its place', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  await parleyPage.ask('What do magpies eat?')

  const question = parleyPage.questions.first()
  await question.hover()
  await question.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('textbox', { name: 'Edit message' }).fill('@Parley What do herons eat?')
  await page.getByRole('textbox', { name: 'Edit message' }).press('Enter')
  await question.getByText('Edited').waitFor()
  const answer = parleyPage.answers.first()
  await answer.getByText('herons').first().waitFor()
  await finished(answer)
  expect(await answer.innerText()).not.toContain('magpies')
  expect(await parleyPage.answers.count()).toBe(1)

  await answer.getByRole('button', { name: 'Good answer' }).click()
  await answer.getByRole('button', { name: 'Good answer', pressed: true }).waitFor()

  const id = await answer.getAttribute('data-id')
  await answer.getByRole('button', { name: 'Regenerate' }).click()
  await answer.and(page.locator('.writing')).waitFor()
  await finished(answer)
  expect(await parleyPage.answers.count()).toBe(1)
  expect(await answer.getAttribute('data-id')).toBe(id)
})

test('deleting a question withdraws its answer', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/random')
  await parleyPage.ask('What do wrens eat?')
  const question = parleyPage.questions.first()
  await question.hover()
  await question.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect.poll(() => parleyPage.message('wrens').count()).toBe(0)
  await page.reload()
  await page.getByRole('heading', { name: 'This is #random' }).waitFor()
  expect(await parleyPage.message('wrens').count()).toBe(0)
})

test('other people see a question, its thread and its answer, but can change neither', async () => {
  const [one, two] = await Promise.all([openPage(on.browser), openPage(on.browser)])
  const [asker, reader] = [playground(one.page), playground(two.page)]
  await Promise.all([asker.open(on.parley.url), reader.open(on.parley.url)])
  await asker.ask('What do cranes eat?')
  const question = reader.questions.filter({ hasText: 'cranes' })
  await question.getByRole('button', { name: '1 reply' }).click()
  await reader.answers.getByText('cranes').first().waitFor()
  await question.hover()
  await question.getByRole('button', { name: 'Copy text' }).waitFor()
  expect(await question.getByRole('button', { name: 'Edit' }).count()).toBe(0)
})
