import { writeFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import type { Browser, Page } from 'playwright-core'
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
  const env = { OPENAI_BASE_URL: openai.url, OPENAI_API: 'responses', OPENAI_API_KEY: 'sk-x' }
  ;[browser, parley] = await Promise.all([launchChromium(), startParley({ env })])
})
afterAll(async () => {
  await browser?.close()
  await parley?.dispose()
  await openai?.close()
})

const asked = (path: string) => openai.ledger.filter((one) => one.path === path)

async function at(hash: string, options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(browser, options)
  const parleyPage = playground(opened.page)
  await parleyPage.open(parley.url, hash)
  return { ...opened, parleyPage }
}

/** Where the pictures go that a person looks at. */
const shot = async (page: Page, name: string) => {
  const dir = process.env.PARLEY_LOOK
  if (dir) await writeFile(`${dir}/${name}.png`, await page.screenshot())
}

const record = async (page: Page, where: ReturnType<typeof playground>['channel']) => {
  await where.getByRole('button', { name: 'Record a voice note' }).click()
  const bar = where.getByRole('group', { name: 'Voice note' })
  await expect.poll(() => bar.getByRole('timer').textContent()).toBe('0:02')
  await shot(page, 'recording')
  return bar
}

test('a voice note is recorded, sent, answered, and what was heard is corrected', async () => {
  const { page, complaints, parleyPage } = await at('#/general')
  const bar = await record(page, parleyPage.channel)
  await bar.getByRole('button', { name: 'Send voice note' }).press('Enter')
  const note = parleyPage.channel.locator('.message .player').first()
  await note.getByText('Voice note').waitFor()
  expect(await note.locator('small').textContent()).toMatch(/^0:0[23]$/)
  const duration = () => note.locator('audio').evaluate((one: HTMLAudioElement) => one.duration)
  await expect.poll(duration).toBeLessThan(5)
  await finished(parleyPage.answers.last())
  expect(asked('/audio/transcriptions').at(-1)?.body).toMatchObject({
    file: { name: 'voice-note.webm', size: expect.any(Number) },
  })

  const answers = parleyPage.thread.locator('.message.by-bot')
  await answers.filter({ hasText: 'The words in voice-note' }).first().waitFor()
  await page.getByRole('button', { name: 'Correct what was heard' }).first().click()
  const heard = page.getByRole('textbox', { name: 'What was said' })
  expect(await heard.inputValue()).toContain('The words in voice-note.webm')
  await shot(page, 'correcting')
  await heard.fill('How late is it in Lima?')
  await page.getByRole('button', { name: 'Save and answer again' }).click()
  await answers.filter({ hasText: 'How late is it in Lima?' }).first().waitFor()
  await shot(page, 'corrected')
  expect(asked('/audio/transcriptions')).toHaveLength(1)
  expect(complaints).toEqual([])
})

test('a recording can be cancelled, by keyboard too, and sends nothing', async () => {
  const { page, parleyPage } = await at('#/random')
  const bar = await record(page, parleyPage.channel)
  await page.keyboard.press('Escape')
  await expect.poll(() => bar.isVisible()).toBe(false)
  expect(await parleyPage.writeHere.evaluate((area) => area === document.activeElement)).toBe(true)
  expect(await parleyPage.channel.getByRole('list', { name: 'Attached files' }).isVisible()).toBe(false)
})

test('a microphone that is refused, or not there, is said in words; a browser without any has no button', async () => {
  const { page, parleyPage } = await at('#/random')
  for (const [name, words] of [
    ['NotAllowedError', /does not let this page use the microphone/],
    ['NotFoundError', /There is no microphone/],
  ] as const) {
    await page.evaluate((kind) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', kind))
    }, name)
    await parleyPage.channel.getByRole('button', { name: 'Record a voice note' }).click()
    await parleyPage.channel.getByText(words).waitFor()
  }
  await page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'MediaRecorder')
  })
  await page.reload()
  await parleyPage.writeHere.waitFor()
  expect(await parleyPage.channel.getByRole('button', { name: 'Record a voice note' }).isVisible()).toBe(
    false,
  )
})

test('an answer is read aloud by its button, and can be played and sought', async () => {
  const { page, complaints, parleyPage } = await at('#/general')
  await parleyPage.ask('Tell me something worth hearing, please')
  await parleyPage.thread.getByRole('button', { name: 'Read aloud' }).last().click()
  const audio = parleyPage.thread.locator('audio').last()
  await audio.waitFor()
  const duration = () => audio.evaluate((one: HTMLAudioElement) => one.duration)
  await expect.poll(duration).toBeGreaterThan(0.2)
  expect(await audio.getAttribute('aria-label')).toMatch(/^Read aloud: /)
  const url = await audio.evaluate((one: HTMLAudioElement) => one.src)
  const part = await fetch(url, { headers: { range: 'bytes=10-19', cookie: '' } })
  expect([part.status, part.headers.get('content-type')]).toEqual([206, 'audio/mpeg'])
  expect(await part.bytes()).toHaveLength(10)
  await shot(page, 'read-aloud')
  expect(complaints).toEqual([])
})

test('speech that takes too long is stopped, at the provider too', async () => {
  const { page, parleyPage } = await at('#/random')
  const count = openai.ledger.length
  openai.next({ kind: 'hang' })
  await parleyPage.writeHere.fill('/speak Never mind all this.')
  await parleyPage.writeHere.press('Enter')
  const upstream = await openai.arrival(count + 1)
  await page.getByRole('button', { name: 'Stop the answer' }).first().click()
  expect(await upstream.closed).toBe('aborted')
  await expect.poll(() => page.getByRole('button', { name: 'Stop the answer' }).count()).toBe(0)
})

test('a text is spoken by a command, in the voice and format that its menu offers', async () => {
  const { page, parleyPage } = await at('#/random')
  await parleyPage.writeHere.fill('/speak --voice mar')
  await page.getByRole('option', { name: 'marin' }).waitFor()
  await parleyPage.writeHere.press('Tab')
  expect(await parleyPage.writeHere.inputValue()).toMatch(/^\/speak --voice marin ?$/)
  await parleyPage.writeHere.fill('/speak voice: ced')
  await page.getByRole('option', { name: 'cedar' }).waitFor()
  await parleyPage.writeHere.fill('/speak --format w')
  await page.getByRole('option', { name: 'wav' }).waitFor()
  await shot(page, 'suggestions')
  await parleyPage.writeHere.fill('/speak --voice marin --format wav Good morning, everybody.')
  await parleyPage.writeHere.press('Enter')
  await page.locator('audio').last().waitFor()
  expect(asked('/audio/speech').at(-1)?.body).toMatchObject({
    input: 'Good morning, everybody.',
    voice: 'marin',
    response_format: 'wav',
  })
})

test('a PDF that is dropped beside the conversation is read, and stays as a file to save', async () => {
  const { page, complaints, parleyPage } = await at('#/general')
  const paper = new PDFDocument()
  paper.text('The lighthouse is painted in red and white.')
  paper.end()
  const base64 = (await buffer(paper)).toString('base64')
  await page.evaluate((bytes) => {
    const data = new DataTransfer()
    const raw = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0))
    data.items.add(new File([raw], 'lighthouse.pdf', { type: 'application/pdf' }))
    const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data })
    document.querySelector('.sidebar')?.dispatchEvent(drop)
  }, base64)
  await parleyPage.channel.getByRole('list', { name: 'Attached files' }).getByText('lighthouse.pdf').waitFor()
  await parleyPage.writeHere.fill('What does it say?')
  await expect.poll(() => parleyPage.channel.getByRole('button', { name: 'Send' }).isEnabled()).toBe(true)
  await parleyPage.ask('What does it say?')
  await parleyPage.channel
    .getByRole('link', { name: /lighthouse\.pdf/ })
    .last()
    .waitFor()
  expect(JSON.stringify(asked('/responses').at(-1)?.body)).toContain('painted in red and white')
  expect(complaints).toEqual([])
})

test('a picture is painted, has a text for who can’t see it, and opens by a click', async () => {
  const { page, complaints, parleyPage } = await at('#/random')
  await parleyPage.writeHere.fill('/image A lighthouse in the fog')
  await parleyPage.writeHere.press('Enter')
  const picture = page.locator('.message.by-bot .picture').last()
  await picture.waitFor()
  await finished(page.locator('.message.by-bot', { has: page.locator('.picture') }).last())
  expect(await picture.getByRole('img').getAttribute('alt')).toMatch(/lighthouse in the fog/)
  await expect
    .poll(() => picture.locator('img').evaluate((one: HTMLImageElement) => one.naturalWidth))
    .toBeGreaterThan(0)
  await shot(page, 'painted')
  const opened = page.waitForEvent('popup')
  await picture.click()
  expect((await opened).url()).toMatch(/\/playground\/files\//)
  expect(complaints).toEqual([])
})

test.each([
  ['dark', 1280],
  ['dark', 380],
  ['light', 380],
] as const)('players and recordings have room in %s at %i pixels', async (colorScheme, width) => {
  const { page, parleyPage, complaints } = await at('#/general', {
    colorScheme,
    viewport: { width, height: 760 },
  })
  const bar = await record(page, parleyPage.channel)
  await shot(page, `recording-${colorScheme}-${width}`)
  await bar.getByRole('button', { name: 'Cancel' }).click()
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wide).toBeLessThanOrEqual(0)
  await parleyPage.channel.locator('.player').first().scrollIntoViewIfNeeded()
  await shot(page, `players-${colorScheme}-${width}`)
  expect(complaints).toEqual([])
})
