import { startOpenAiFake } from './openai-fake.ts'

/**
 * The fake as a process of its own: `node test/fakes/openai/serve.ts` prints its address on the first line.
 * FAKE_TOKEN_DELAY_MS slows the echo; FAKE_KEY is the one key that is right.
 */
const fake = await startOpenAiFake({
  key: process.env.FAKE_KEY ?? null,
  tokenDelayMs: Number(process.env.FAKE_TOKEN_DELAY_MS ?? 0),
})
process.stdout.write(`${fake.url}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void fake.close())
}
