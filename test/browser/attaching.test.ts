import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { png } from '../fakes/png.ts'
import { openPage } from './chromium.ts'
import { quickly } from './parley.ts'
import { playground } from './playground.ts'
import { stage } from './stage.ts'

const on = stage({ policy: quickly })

/** Gives files to the page the way the system does when they are dropped or pasted. */
async function hand(page: Page, how: 'drop' | 'paste', name: string, bytes: Buffer) {
  await page.evaluate(
    async ({ how, name, base64 }) => {
      const blob = await (await fetch(`data:image/png;base64,${base64}`).catch(() => null))?.blob()
      const raw = blob ?? new Blob([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))])
      const data = new DataTransfer()
      data.items.add(new File([raw], name, { type: 'image/png' }))
      const area = document.querySelector('main textarea')
      const init = { bubbles: true, cancelable: true }
      area?.dispatchEvent(
        how === 'drop'
          ? new DragEvent('drop', { ...init, dataTransfer: data })
          : new ClipboardEvent('paste', { ...init, clipboardData: data }),
      )
    },
    { how, name, base64: bytes.toString('base64') },
  )
}

test('pictures can be dropped, pasted, removed again, and stay with the draft over a reload', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url)
  const png = await page.screenshot({ clip: { x: 0, y: 0, width: 40, height: 30 } })
  const tray = page.getByRole('list', { name: 'Attached files' })
  const send = parleyPage.channel.getByRole('button', { name: 'Send' })

  await hand(page, 'drop', 'dropped.png', png)
  await hand(page, 'paste', 'pasted.png', png)
  await tray.getByText('dropped.png').waitFor()
  await tray.getByText('pasted.png').waitFor()
  await page.getByRole('button', { name: 'Remove pasted.png' }).click()
  await expect.poll(() => tray.getByRole('listitem').count()).toBe(1)
  await expect.poll(() => send.isEnabled()).toBe(true)
  await parleyPage.writeHere.fill('Look at this')

  await page.reload()
  await tray.getByText('dropped.png').waitFor()
  expect(await parleyPage.writeHere.inputValue()).toBe('Look at this')
  await send.click()
  await parleyPage.channel.getByRole('img', { name: 'dropped.png' }).waitFor()
  await expect.poll(() => tray.isVisible()).toBe(false)
})

test('a file that is too large and a file too many are refused in words', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/random')
  const pick = (files: { name: string; mimeType: string; buffer: Buffer }[]) =>
    parleyPage.channel.getByLabel('Choose files').setInputFiles(files)
  const file = (name: string, bytes: number) => ({
    name,
    mimeType: 'image/png',
    buffer: Buffer.alloc(bytes, 1),
  })

  // Made in the page: so much would take long on its way there.
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File([new Uint8Array(32 * 1_048_576 + 1)], 'huge.png', { type: 'image/png' }))
    const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data })
    document.querySelector('main textarea')?.dispatchEvent(drop)
  })
  await page.getByText(/huge\.png is too large: 32\.0 MB, and at most 32\.0 MB/).waitFor()
  await pick(Array.from({ length: 11 }, (_, i) => file(`small-${i}.png`, 10)))
  await page.getByText('small-10.png is left out: at most 10 files go with one message.').waitFor()
})

test('a picture that is cut off is shown by its name and a mark, and what is removed is gone', async () => {
  const { page } = await openPage(on.browser)
  const parleyPage = playground(page)
  await parleyPage.open(on.parley.url, '#/random')
  const cut = png(64, 64).subarray(0, 44)
  const file = { name: 'cut.png', mimeType: 'image/png', buffer: Buffer.from(cut) }
  await parleyPage.channel.getByLabel('Choose files').setInputFiles([file, { ...file, name: 'away.png' }])
  const tray = page.getByRole('list', { name: 'Attached files' })
  await expect.poll(() => tray.locator('.file-mark').count()).toBe(2)
  const send = parleyPage.channel.getByRole('button', { name: 'Send' })
  await expect.poll(() => send.isEnabled()).toBe(true)
  const removed = page.waitForResponse((response) => response.request().method() === 'DELETE')
  await page.getByRole('button', { name: 'Remove away.png' }).click()
  expect((await removed).status()).toBe(204)
  await send.click()
  await parleyPage.channel.locator('.saved-file').getByText('cut.png').waitFor()
})
