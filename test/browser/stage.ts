import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchChromium } from './chromium.ts'
import { type Parley, startParley } from './parley.ts'

/** A browser and a running Parley for all tests of a file; both are there from the first test on. */
export function stage(settings?: Parameters<typeof startParley>[0]): {
  readonly browser: Browser
  readonly parley: Parley
} {
  let on: { readonly browser: Browser; readonly parley: Parley } | null = null
  const there = () => {
    if (on === null) throw new Error('the stage is set when the first test begins')
    return on
  }
  beforeAll(async () => {
    const [browser, parley] = await Promise.all([launchChromium(), startParley(settings)])
    on = { browser, parley }
  })
  afterAll(async () => {
    await on?.browser.close()
    await on?.parley.dispose()
  })
  return {
    get browser() {
      return there().browser
    },
    get parley() {
      return there().parley
    },
  }
}
