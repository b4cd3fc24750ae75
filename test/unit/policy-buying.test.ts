import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { createBuying, type Wares } from '../../src/policy/buying.ts'
import type { Payer } from '../../src/policy/day-limits.ts'
import { nanoOf } from '../../src/policy/money.ts'
import { createPrices, type PricesOptions } from '../../src/policy/prices.ts'
import { sqliteWorld } from '../contract/sqlite-world.ts'

const spender = { platform: 'web', workspace: 'local', channel: 'general', person: 'ann' }
const payer = { spender, isAccount: false }
const never = new AbortController().signal
const usage = { inputTokens: 1_000, cachedTokens: 0, outputTokens: 200, reasoningTokens: 0, exact: true }

/** On the real ledger. */
async function world(
  person: number | null = 1,
  more: Partial<PricesOptions> = {},
  booked?: (model: string, amount: number) => void,
) {
  const database = await sqliteWorld()
  onTestFinished(database.close)
  const clock = { ...systemClock(), now: () => Date.UTC(2026, 10, 20, 18, 47) }
  const { ledger } = await database.open({ clock })
  const prices = createPrices({ overrides: {}, provider: 'openai', baseUrl: null, ...more })
  const buying = createBuying({
    ledger,
    clock,
    prices,
    limits: { day: { all: null, person } },
    patience: { limitMs: 30, againMs: 5 },
    ...(booked && { booked }),
  })
  const open = (id: string, model: string, wares: Wares, signal = never, by: Payer = payer) =>
    buying.open({ id, payer: by, model, wares }, signal)
  const buy = async (id: string, model: string, wares: Wares) => {
    const bought = await open(id, model, wares)
    if (bought.kind === 'refused') throw new Error(bought.words)
    return bought
  }
  return { open, buy, spent: () => ledger.spent({}, 0) }
}

const minutes = (count: number): Wares => ({ kind: 'transcription', seconds: count * 60 })
const characters = (count: number): Wares => ({ kind: 'speech', characters: count })
const picture = (size: string | null = '1024x1024'): Wares => ({ kind: 'image', pictures: 1, size })

describe('buying', () => {
  it('sets a recording aside by its minutes and books it so where no tokens are billed', async () => {
    const { buy, spent } = await world()
    const bought = await buy('r1', 'gpt-transcribe', minutes(10))
    expect(await spent()).toEqual({ booked: 0, reserved: nanoOf(0.045) })
    await bought.settle(usage)
    expect(await spent()).toEqual({ booked: nanoOf(0.045), reserved: 0 })
  })

  it('books the tokens that were reported where the model is billed by them', async () => {
    const { buy, spent } = await world()
    const bought = await buy('r1', 'gpt-4o-transcribe', minutes(10))
    await bought.settle(usage)
    expect(await spent()).toEqual({ booked: nanoOf(0.008), reserved: 0 })
  })

  it('tells what it booked, the one who pays and whoever counts all', async () => {
    const all: unknown[] = []
    const { open } = await world(1, {}, (...one) => all.push(one))
    const own: number[] = []
    const booked = (amount: number) => own.push(amount)
    const bought = await open('r1', 'gpt-transcribe', minutes(10), never, { ...payer, booked })
    if (bought.kind === 'bought') await bought.settle(null)
    expect(own).toEqual([nanoOf(0.045)])
    expect(all).toEqual([['gpt-transcribe', nanoOf(0.045)]])
  })

  it('books what was made of it where it was broken off', async () => {
    const { buy, spent } = await world()
    const bought = await buy('r1', 'gpt-transcribe', minutes(10))
    await bought.settle(null, undefined, minutes(2))
    expect(await spent()).toEqual({ booked: nanoOf(0.009), reserved: 0 })
  })

  it('books the same thing once, and gives back what was not bought', async () => {
    const { buy, spent } = await world()
    const speech = await buy('s1', 'gpt-4o-mini-tts', characters(1_000))
    await speech.settle(null)
    await (await buy('s1', 'gpt-4o-mini-tts', characters(1_000))).settle(null)
    const released = await buy('s2', 'tts-1-hd', characters(1_000))
    await released.release()
    expect(await spent()).toEqual({ booked: nanoOf(0.017), reserved: 0 })
  })

  it('counts a picture by its size, and one and a half where the model chooses', async () => {
    const { buy, spent } = await world(5)
    await (await buy('p1', 'gpt-image-2.5-flare-2026-09-08', picture('512x512'))).settle(null)
    expect((await spent()).booked).toBe(nanoOf(0.22))
    await (await buy('p2', 'gpt-image-2.5-flare', picture('2048x1024'))).settle(null)
    expect((await spent()).booked).toBe(nanoOf(0.66))
    await (await buy('p3', 'gpt-image-2.5-flare', picture(null))).settle(null)
    expect((await spent()).booked).toBe(nanoOf(0.99))
  })

  it('counts a model nobody knows as the dearest of its kind, and says so', async () => {
    const { open } = await world(0.001)
    expect(await open('r1', 'whisper-large', minutes(60))).toEqual({
      kind: 'refused',
      words: expect.stringMatching(
        /^Your budget is \$0\.0010 a day, and this transcript alone may cost up to \$0\.51\. Send a shorter recording, or choose a cheaper model\. \(The price of whisper-large is not known/,
      ),
      retryAfterMs: null,
    })
  })

  it('says when the budget opens again', async () => {
    const { open, buy } = await world(0.02)
    await (await buy('s1', 'gpt-4o-mini-tts', characters(1_000))).settle(null)
    expect(await open('s2', 'gpt-4o-mini-tts', characters(1_000))).toMatchObject({
      kind: 'refused',
      words:
        'Your budget is $0.02 a day, and $0.0030 of it is left, less than the $0.02 this speech may cost. It opens again at 00:00 UTC, in 5 hours 13 minutes.',
    })
  })

  it('waits for what others have set aside, not for ever, and not after Stop', async () => {
    const { open, buy } = await world(0.02)
    const held = await buy('s1', 'gpt-4o-mini-tts', characters(1_000))
    expect(await open('s2', 'gpt-4o-mini-tts', characters(1_000))).toMatchObject({ retryAfterMs: 60_000 })
    const stop = new AbortController()
    const waiting = open('s3', 'gpt-4o-mini-tts', characters(1_000), stop.signal)
    stop.abort(new Error('Stop'))
    await expect(waiting).rejects.toThrow('Stop')
    const next = open('s4', 'gpt-4o-mini-tts', characters(1_000))
    await held.release()
    expect(await next).toMatchObject({ kind: 'bought' })
  })

  it("keeps to the settings' price in tokens, which may be nothing", async () => {
    const { buy, spent } = await world(1, { overrides: { 'gpt-transcribe': { input: 10, output: 40 } } })
    await (await buy('r1', 'gpt-transcribe', minutes(1))).settle(null)
    expect((await spent()).booked).toBe(nanoOf(0.02))
    await (await buy('r2', 'gpt-transcribe', minutes(1))).settle(usage)
    expect((await spent()).booked).toBe(nanoOf(0.038))
  })

  it('costs nothing in rehearsal', async () => {
    const { buy, spent } = await world(0.000001, { provider: 'rehearsal' })
    await (await buy('p1', 'gpt-image-2', picture())).settle(usage)
    expect(await spent()).toEqual({ booked: 0, reserved: 0 })
  })
})
