import type { Locator, Page } from 'playwright-core'

/** What people see and use on the playground's page, by the names a screen reader would say. */
export const playground = (page: Page) => {
  const thread = page.getByRole('region', { name: 'Thread', exact: true })
  const channel = page.getByRole('main')
  return {
    page,
    thread,
    channel,
    writeHere: channel.getByRole('textbox', { name: /^Message / }),
    replyHere: thread.getByRole('textbox', { name: 'Reply in this thread' }),
    answers: thread.locator('.message.by-bot'),
    questions: channel.locator('.message:not(.by-bot)'),
    turn: page.getByRole('complementary', { name: 'Turn' }),
    async open(url: string, hash = '') {
      await page.goto(`${url}/${hash}`)
      await channel
        .or(page.getByRole('complementary', { name: 'Conversations' }))
        .first()
        .waitFor()
    },
    /** Writes in the channel and waits for the thread's first answer to be whole. */
    async ask(words: string) {
      await this.writeHere.fill(words)
      await this.writeHere.press('Enter')
      await finished(thread.locator('.message.by-bot').last())
    },
    message: (words: string | RegExp) => page.locator('.message').filter({ hasText: words }),
  }
}

/** Waits until an answer says that it is no longer being written. */
export const finished = async (answer: Locator): Promise<void> => {
  await answer.and(answer.page().locator('.done, .stopped, .failed')).waitFor({ timeout: 30_000 })
}

/** Notes each length that the newest answer's text has, from now on. */
export async function watchGrowth(page: Page): Promise<() => Promise<number[]>> {
  const lengths = await page.evaluateHandle(() => {
    const seen: number[] = []
    new MutationObserver(() => {
      const rich = [...document.querySelectorAll('.thread .message.by-bot .rich')].at(-1)
      const length = rich?.textContent?.length ?? 0
      if (length > (seen.at(-1) ?? 0)) seen.push(length)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
    return seen
  })
  return () => lengths.jsonValue()
}
