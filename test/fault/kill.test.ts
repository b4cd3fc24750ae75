import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Program, startProgram } from '../fakes/program.ts'
import { visit } from '../fakes/visitor.ts'
import { temporaryDirectory } from '../scenario/house.ts'

const kills = process.env.PARLEY_FAULT === 'full' ? 200 : 2

describe('kill -9 in the middle of an answer', () => {
  it(`leaves one final answer to each of ${kills} questions after the restarts, finished in place`, async () => {
    const directory = temporaryDirectory()
    // Slow enough to be hit in the middle, fast enough to be over soon.
    writeFileSync(
      join(directory, 'parley.yaml'),
      'rehearsal: { tokens_per_second: 300, first_token_ms: 20 }\n',
    )
    let program: Program = await startProgram({ directory })
    onTestFinished(async () => void (await program.kill('SIGKILL')))
    const pia = visit(() => program.url)

    const threads: { readonly thread: string; readonly drafts: readonly string[] }[] = []
    for (let i = 0; i < kills; i++) {
      const { id: thread } = await pia.say(`@Parley question ${i}, a long answer please`, {
        channel: 'general',
      })
      const drafts = await vi.waitFor(
        async () => {
          const written = (await pia.messages('general', thread)).filter(({ author }) => author.bot)
          expect(written[0]?.state).toBe('writing')
          return written.map(({ id }) => id)
        },
        { timeout: 10_000, interval: 10 },
      )
      threads.push({ thread, drafts })
      await program.kill('SIGKILL')
      program = await startProgram({ directory })
    }

    for (const { thread, drafts } of threads) {
      const answers = await vi.waitFor(
        async () => {
          const written = (await pia.messages('general', thread)).filter(({ author }) => author.bot)
          expect(written.length).toBeGreaterThan(0)
          for (const { state } of written) expect(state).toBe('done')
          return written
        },
        { timeout: 20_000, interval: 50 },
      )
      expect(answers.map(({ id }) => id).slice(0, drafts.length)).toEqual(drafts)
      const whole = answers.map(({ text }) => text).join('\n')
      expect(whole.match(/Rehearsal/g)?.length).toBe(1)
    }
  }, 600_000)
})
