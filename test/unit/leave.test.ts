import { expect, it } from 'vitest'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { CallKind, Part } from '../../src/ports/platform.ts'
import { createLeave } from '../../src/reply/leave.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import { createSlots } from '../../src/reply/slots.ts'
import { createChatPlatform } from '../fakes/chat-platform.ts'
import { simulatedClock } from '../fakes/clock.ts'

const conversation = { platform: 'chat', workspace: 'w', channel: 'c', thread: '' }
const place: Place = { conversation, root: null, direct: false }
const part: Part = { markdown: 'words', state: 'done', controls: [] }
const old: MessageRef = { channel: 'c', id: 'old' }
const all = { bucket: 'all', limit: 50, windowMs: 1000 }

/** The limits of a platform that counts the edits of one message apart. */
const budget = (_: Place, call: CallKind, at?: MessageRef) =>
  call === 'finish' && at?.id === old.id
    ? [
        { bucket: 'old edits', limit: 50, windowMs: 1000 },
        { bucket: 'edits', limit: 50, windowMs: 1000 },
        all,
      ]
    : [{ bucket: `${call}s`, limit: 50, windowMs: 1000 }, all]

it('a refusal to edit one message holds up no edits of others that the platform counts elsewhere', async () => {
  const clock = simulatedClock()
  const seat = createPacer({ clock }).enter('chat')
  const slots = createSlots({
    draft: [old, { channel: 'c', id: 'new' }].map((ref) => ({ nonce: ref.id, ref })),
    nonce: String,
    now: () => 0,
    save: async () => {},
  })
  const platform = { ...createChatPlatform().platform, budget }
  const signal = new AbortController().signal
  const leave = createLeave({ platform, place, clock, seat, answer: { slots, ways: ['edit'] }, signal })
  const edit = (index: number) => leave.wait({ kind: 'edit', index, part, mark: null, rank: 'final' }, 0)

  const grant = await edit(0)
  grant?.grant.settle({ kind: 'limited', retryAfterMs: 60_000, bucket: 'old edits' })
  ;(await edit(1))?.grant.settle({ kind: 'done' })
  let again = false
  const waiting = edit(0).then(() => {
    again = true
  })
  await clock.advance(50_000)
  expect(again).toBe(false)
  await clock.advance(11_000)
  await waiting
})

it('a removal spends the limit of the message that is removed', async () => {
  const clock = simulatedClock()
  const seat = createPacer({ clock }).enter('chat')
  const slots = createSlots({ draft: [], nonce: String, now: () => 0, save: async () => {} })
  const asked: (string | undefined)[] = []
  const noted = (at: Place, call: CallKind, ref?: MessageRef) => {
    asked.push(ref?.id)
    return budget(at, call, ref)
  }
  const platform = { ...createChatPlatform().platform, budget: noted }
  const signal = new AbortController().signal
  const leave = createLeave({ platform, place, clock, seat, answer: { slots, ways: ['edit'] }, signal })
  await leave.wait({ kind: 'remove', at: { nonce: 'n', ref: old }, rank: 'further' }, 0)
  expect(asked).toEqual(['old'])
})
