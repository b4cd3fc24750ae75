import { onTestFinished, vi } from 'vitest'
import type { FakeTeam } from '../fakes/slack/places.ts'
import { openSlackStage, type SlackStage, type StageOptions } from './slack-stage.ts'

/** The whole of Parley, installed nowhere yet. */
export const openToAll = (options: StageOptions = {}): Promise<SlackStage> =>
  openSlackStage({ limits: 'none', oauth: true, ...options })

/** What a browser shows at last. */
export interface Page {
  readonly status: number
  readonly words: string
}

/** A browser keeps its cookies. Slack's page is read by whoever holds the mouse. */
export function browserOf({ program }: Pick<SlackStage, 'program'>) {
  let cookie = ''
  async function open(address: string): Promise<Response> {
    const { pathname, search } = new URL(address, program().url)
    const response = await fetch(`${program().url}${pathname}${search}`, {
      redirect: 'manual',
      headers: { cookie },
    })
    const [kept] = response.headers.get('set-cookie')?.split(';') ?? []
    cookie = kept ?? cookie
    return response
  }
  return {
    /** To Slack's page: its address. */
    begin: async (): Promise<string> => (await open('/slack/install')).headers.get('location') ?? '',
    async back(address: string): Promise<Page> {
      const response = await open(address)
      return { status: response.status, words: await response.text() }
    },
  }
}

/** Somebody adds Parley to the workspace. */
export async function install(stage: SlackStage, team: FakeTeam): Promise<Page> {
  const browser = browserOf(stage)
  return browser.back(stage.slack.oauth.allow(await browser.begin(), team))
}

/** Time that a test may let pass: what reads `Date`, and what the limits are measured by. To be set before the stage opens. */
export function movableTime(): { skip(ms: number): void } {
  let skipped = 0
  for (const measure of [Date, performance]) {
    const real = measure.now.bind(measure)
    const spy = vi.spyOn(measure, 'now').mockImplementation(() => real() + skipped)
    onTestFinished(() => spy.mockRestore())
  }
  return {
    skip: (ms) => {
      skipped += ms
    },
  }
}
