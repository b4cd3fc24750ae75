import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ago, message, slackHearingWorld } from './slack-hearing-world.ts'

/** PARLEY_FAULT=full runs all of them. */
const numRuns = process.env.PARLEY_FAULT === 'full' ? 10_000 : 400

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\0',
    '\uD800',
    '\u202E',
    '__proto__',
    'constructor',
    '<@UBOT>',
    '<@UBOT|',
    '<!channel>',
    '```',
    '*',
  ),
  fc.constantFrom(
    '`<@U1>`',
    '<https://a|b|c>',
    '<!date^9999999999999^x>',
    ':tada:',
    '&amp;lt;',
    '\uE0B0@\uE0B0',
  ),
)
const anything = fc.oneof(
  nasty,
  fc.constantFrom(null, undefined, 0, -1, 1e308, Number.NaN, true, [], {}, ago(60), 'U1', 'C1', 'D1', 'T1'),
  fc.anything({ key: nasty, maxDepth: 3 }),
)
const type = (...types: string[]) =>
  fc.oneof({ arbitrary: fc.constantFrom(...types), weight: 4 }, { arbitrary: anything, weight: 1 })

/** So that most are heard at all. */
const mostly = (...good: unknown[]) =>
  fc.oneof({ arbitrary: fc.constantFrom(...good), weight: 12 }, { arbitrary: anything, weight: 1 })

const inline = fc.record(
  {
    type: type('text', 'link', 'user', 'channel', 'usergroup', 'emoji', 'broadcast', 'date', 'color'),
    ...{ text: anything, url: anything, user_id: anything, channel_id: anything, usergroup_id: anything },
    ...{ unicode: anything, name: anything, timestamp: anything, style: anything, elements: anything },
  },
  { requiredKeys: ['type'] },
)
const section = fc.record({
  type: type('rich_text_section', 'rich_text_quote', 'rich_text_preformatted'),
  elements: fc.array(inline, { maxLength: 4 }),
  language: anything,
})
const block = fc.record({
  type: type('rich_text', 'markdown', 'section', 'header', 'context', 'table'),
  elements: fc.oneof(
    fc.array(
      fc.oneof(
        section,
        fc.record({
          type: type('rich_text_list'),
          style: anything,
          indent: anything,
          offset: anything,
          elements: fc.array(section),
        }),
      ),
      { maxLength: 4 },
    ),
    anything,
  ),
  text: anything,
  fields: anything,
  rows: fc.oneof(fc.array(fc.array(section, { maxLength: 3 }), { maxLength: 3 }), anything),
})
const file = fc.record({
  id: fc.oneof(anything, fc.constant('F1')),
  name: anything,
  mimetype: anything,
  size: anything,
  url_private: anything,
  subtype: anything,
  mode: anything,
})
const words = fc.array(nasty, { maxLength: 6 }).map((parts) => parts.join(' '))

/** A message in which any field may be of any kind, or missing. */
const spoiled = fc
  .record(
    {
      type: mostly('message', 'app_mention'),
      subtype: mostly(
        undefined,
        'file_share',
        'thread_broadcast',
        'message_changed',
        'message_deleted',
        'tombstone',
      ),
      text: fc.oneof(
        words.map((text) => `<@UBOT> ${text}`),
        anything,
      ),
      blocks: fc.oneof(fc.array(block, { maxLength: 3 }), anything),
      attachments: fc.oneof(
        fc.array(
          fc.record({
            text: anything,
            title: anything,
            author_name: anything,
            fields: anything,
            files: fc.array(file),
            message_blocks: anything,
          }),
          { maxLength: 2 },
        ),
        anything,
      ),
      files: fc.oneof(fc.array(file, { maxLength: 3 }), anything),
      user: mostly('U1'),
      ts: anything,
      thread_ts: mostly(undefined, ago(60)),
      channel: mostly('C1', 'D1'),
      edited: anything,
      user_team: anything,
      user_profile: anything,
      bot_id: mostly(undefined),
      message: anything,
      previous_message: anything,
      deleted_ts: anything,
    },
    { requiredKeys: [] },
  )
  .map((fields) => message('<@UBOT> hi', fields))

it('hears whatever is sent without failing, and what it admits can be stored', async () => {
  const world = slackHearingWorld()
  world.answers['users.info'] = async () => ({ user: { profile: { display_name: '\0\uD800' } } })
  world.answers['conversations.replies'] = async () => ({
    messages: [{ ts: 'x' }, null, { ts: ago(70), text: 7 }],
  })
  const event = fc.oneof(
    { weight: 3, arbitrary: spoiled },
    {
      weight: 2,
      arbitrary: fc.tuple(spoiled, spoiled).map(([now, before]) => ({
        ...now,
        type: 'message',
        subtype: 'message_changed',
        message: now,
        previous_message: before,
      })),
    },
    { weight: 1, arbitrary: fc.dictionary(nasty, anything) },
  )
  const around = fc.record(
    { authorizations: anything, team_id: anything, is_ext_shared_channel: anything },
    { requiredKeys: [] },
  )
  let count = 0
  await fc.assert(
    fc.asyncProperty(event, around, async (sent, more) => {
      const before = world.heard.length
      // The same message may come again with other words: each shall be admitted.
      const own = `${1_700_000_000 + ++count}.000001`
      await world.hear(count % 4 === 0 ? sent : { ...sent, ts: own }, count % 3 === 0 ? more : {})
      for (const admitted of world.heard.slice(before)) {
        const stored = JSON.stringify(admitted)
        expect(stored.isWellFormed()).toBe(true)
        expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/)
      }
    }),
    { numRuns },
  )
  // Else the guard would never be tried.
  expect(world.heard.length).toBeGreaterThan(numRuns / 20)
})

it('reads what is nested ten thousand deep', async () => {
  const world = slackHearingWorld()
  let deep: unknown = { type: 'text', text: 'x' }
  for (let i = 0; i < 10_000; i++) deep = { type: 'rich_text', elements: [deep], text: deep, message: deep }
  await world.say('<@UBOT> hi', { blocks: [deep], attachments: [deep], files: [deep], edited: deep })
  expect(world.texts()).toEqual(['hi'])
})

it('reads the longest message without delay', async () => {
  const world = slackHearingWorld()
  const begun = performance.now()
  await world.say(`<@UBOT> ${'<@U2> *a* `b` '.repeat(4_000)}`)
  expect(performance.now() - begun).toBeLessThan(2_000)
  expect(world.texts()[0]?.length).toBeLessThanOrEqual(40_000)
})
