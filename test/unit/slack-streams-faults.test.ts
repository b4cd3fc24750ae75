import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MessageRef } from '../../src/ports/event.ts'
import type { Part } from '../../src/ports/platform.ts'
import {
  answer,
  type Desk,
  desk,
  dm,
  how,
  inDirect,
  part,
  type Received,
  refused,
  type Script,
  signal,
  writing,
} from './slack-desk.ts'

const ref: MessageRef = { channel: dm, id: answer }
const fine: Script = { body: { ok: true, channel: dm, ts: answer } }
const torn: Script = { act: (request) => request.socket.destroy() }
const troubles: Readonly<Record<string, Script>> = {
  none: fine,
  limited: { status: 429, headers: { 'retry-after': '1' } },
  over: refused('message_not_in_streaming_state'),
  failed: { status: 500 },
  torn,
}

/** What the message says, as Slack would have it: trouble of the last two kinds may come after it was carried out. */
function heldBy(received: readonly Received[], carriedOut: readonly boolean[]): string {
  let held = ''
  received.forEach(({ method, args }, at) => {
    if (!carriedOut[at]) return
    const texts = ((args.chunks ?? []) as { text?: string }[]).map(({ text = '' }) => text)
    if (method === 'chat.update') held = (args.blocks as { text: string }[])[0]?.text ?? ''
    else held += texts.join('')
  })
  return held.replaceAll('\u200B', '')
}

let world: Desk
beforeAll(async () => {
  world = await desk()
})
afterAll(() => world.close())

it('says the whole text once, whatever goes wrong on the way', async () => {
  const call = fc.record({
    grow: fc.nat(12),
    trouble: fc.constantFrom(...Object.keys(troubles)),
    done: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(
      // The engine sends nothing that can't be seen.
      fc
        .array(fc.constantFrom('<!here>', '<@U1>', '<', 'word ', '```', 'é', '😀', '\n'), {
          minLength: 1,
          maxLength: 12,
        })
        .filter((words) => words.join('').trim() !== ''),
      fc.array(call, { maxLength: 12 }),
      async (words, calls) => {
        const text = words.join('')
        const carriedOut: boolean[] = []
        const from = world.received.length
        const trouble = async (name: string, done: boolean, make: () => Promise<string>): Promise<string> => {
          const isUnclear = name === 'failed' || name === 'torn'
          for (const method of ['chat.appendStream', 'chat.stopStream', 'chat.update'])
            world.script(method, troubles[name] ?? fine)
          const before = world.received.length
          const kind = await make()
          if (world.received.length > before) carriedOut.push(name === 'none' || (isUnclear && done))
          return kind
        }
        const edit = async (given: Part): Promise<string> =>
          (await world.platform.edit(inDirect, ref, given, signal)).kind
        let end = Math.min(text.length, 1)
        await trouble(
          'none',
          true,
          async () =>
            (await world.platform.send(inDirect, writing(text.slice(0, end)), how({ way: 'stream' }))).kind,
        )
        for (const { grow, trouble: name, done } of calls) {
          end = Math.min(text.length, end + grow)
          await trouble(name, done, () => edit(writing(text.slice(0, end))))
        }
        let kind = ''
        for (let tries = 0; kind !== 'sent'; tries++) {
          expect(tries).toBeLessThan(4)
          kind = await trouble('none', true, () => edit(part(text)))
        }
        expect(heldBy(world.received.slice(from), carriedOut)).toBe(text)
        world.received.splice(0)
      },
    ),
    { numRuns: 150 },
  )
})
