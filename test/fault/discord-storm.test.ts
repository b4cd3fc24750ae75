import { expect, it } from 'vitest'
import { cloudflareBlock, type Fault, limited } from '../fakes/discord/faults.ts'
import { openDiscordStage } from '../scenario/discord-stage.ts'
import { inDeltas, isWhole, numbered, roomy, said } from '../scenario/discord-telling.ts'

const isFull = process.env.PARLEY_FAULT === 'full'
const [rounds, threads] = isFull ? [20, 50] : [1, 20]

/** How long each asks to keep silent, in milliseconds; 0 where it says nothing of use. */
const refusals: readonly (readonly [Fault, number])[] = [
  [limited(0), 0],
  [limited(1), 1_000],
  [limited(0.3), 300],
  [limited(undefined), 0],
  [limited('garbage'), 0],
  [limited(1, 'shared'), 1_000],
]
const forAll: readonly Fault[] = [limited(1, 'global'), cloudflareBlock('1'), cloudflareBlock()]

it.each(Array.from({ length: rounds }, (_, round) => round))(
  `${threads} threads under a storm of 429s: never early, every text whole (round %i)`,
  async (round) => {
    const random = mulberry(Number(process.env.PARLEY_SEED ?? 7) + round)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    const { discord, model, parley } = await openDiscordStage({ limits: roomy, policy: 'budgets: off\n' })
    const home = discord.guild({ name: 'Home' })
    const ann = discord.person({ name: 'Ann' })
    const answer = numbered(500)
    model.always({
      beats: inDeltas(answer, 300).flatMap((beat) => [beat, { kind: 'pause', ms: 250 } as const]),
    })
    const before = process.memoryUsage().heapUsed
    const planned: { readonly method: string; readonly route: RegExp; readonly waitMs: number }[] = []
    const asked = Array.from({ length: threads }, (_, index) => {
      const question = ann.says(home.channel({ name: `room-${index}` }), `${parley} tell me`)
      for (const [method, path] of [
        ['POST', `/messages/${question.id}/threads$`],
        ['POST', `/channels/${question.id}/messages$`],
        ['PATCH', `/channels/${question.id}/messages/\\d+$`],
      ] as const) {
        const [fault, waitMs] = pick(refusals)
        const route = new RegExp(path)
        discord.faults.next({ method, route }, fault)
        planned.push({ method, route, waitMs })
      }
      return () => discord.visible({ id: question.id } as never)
    })
    for (let i = 0; i < 2; i++) {
      await discord.until(() => discord.ledger.of('PATCH').length > 10 * (i + 1), 20_000)
      const fault = pick(forAll)
      const refused = discord.ledger.limited().length
      discord.faults.next({ method: 'PATCH', route: '/channels/:channel/messages/:message' }, fault)
      await discord.until(() => discord.ledger.limited().length > refused, 20_000)
    }
    await discord.until(() => asked.every((seen) => isWhole(seen())), 60_000)
    for (const seen of asked)
      expect(
        said(seen())
          .join(' ')
          .match(/word\d+/g)
          ?.join(' '),
      ).toBe(answer)
    for (const { method, route, waitMs } of planned) {
      const calls = discord.ledger.requests.filter((one) => one.method === method && route.test(one.path))
      const refused = calls.findIndex(({ status, fault }) => status === 429 && fault)
      // An answer that was whole with its last send needs no edit.
      if (refused === -1) continue
      const waited = calls[refused + 1]!.at - calls[refused]!.endedAt!
      expect({ route, early: waited < waitMs - 1 }).toEqual({ route, early: false })
    }
    expect(discord.ledger.limited().length).toBeLessThanOrEqual(planned.length + 2)
    // Megabytes, the fake's own ledger and the answers included.
    expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(200)
  },
  90_000,
)

/** Repeatable chance. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
