import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { wholeDiscord } from './discord-whole.ts'

type Whole = Awaited<ReturnType<typeof wholeDiscord>>

let whole: Whole
afterEach(() => whole.close())

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('\0', '\ud800', '__proto__', '../..', '', '-1', '9'.repeat(40), '0', 'null'),
)
const odd: fc.Arbitrary<unknown> = fc.oneof(
  nasty,
  fc.constantFrom(null, true, -1, 1e308, [], {}, [null], [[]], { id: null }, [{}]),
  fc.object({ maxDepth: 2 }),
)

/** One place of a payload, the further in the longer the path, and what stands there instead; undefined takes it away. */
const change = fc.record({
  path: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
  to: fc.option(odd, { nil: undefined }),
})

type Fields = Record<string, unknown>

function changed(payload: unknown, [step, ...further]: readonly number[], to: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || step === undefined) return to
  const copy: Fields | unknown[] = Array.isArray(payload) ? [...payload] : { ...payload }
  const keys = Object.keys(copy)
  const key = keys[step % Math.max(1, keys.length)]
  if (key === undefined) return to
  const inside = (copy as Fields)[key]
  const ends = further.length === 0 || typeof inside !== 'object' || inside === null
  ;(copy as Fields)[key] = ends ? to : changed(inside, further, to)
  return copy
}

let latest = 1_573_277_146_791_542_784n
const freshId = (): string => String(++latest)

/** Every kind of dispatch and of interaction that is listened to, as Discord's documents show it. */
function usual({ fake, guild, channel, ada }: Whole): Record<string, () => [string, Fields]> {
  const user = { id: ada.id, username: 'ada', global_name: 'Ada', discriminator: '0', avatar: null }
  const member = { user, roles: ['7'], nick: null, permissions: '8', joined_at: '2026-01-01T00:00:00Z' }
  const at = { channel_id: channel.id, guild_id: guild.id }
  const attachment = {
    id: '70',
    filename: 'a.txt',
    size: 3,
    url: 'https://cdn.example/a',
    content_type: 'text/plain',
  }
  const said = {
    content: `<@${fake.bot.id}> hi <#1> <t:1:R>`,
    mentions: [{ id: fake.bot.id, username: 'parley', bot: true }],
    mention_roles: [],
    attachments: [attachment],
    embeds: [{ title: 'x', description: 'y', fields: [{ name: 'a', value: 'b' }], footer: { text: 'c' } }],
    sticker_items: [{ id: '8', name: 'wave', format_type: 1 }],
    poll: { question: { text: 'q' }, answers: [{ poll_media: { text: 'a', emoji: { name: 'e' } } }] },
  }
  const message = () => ({
    ...said,
    ...at,
    id: freshId(),
    type: 19,
    author: user,
    member,
    edited_timestamp: '2026-11-20T10:00:00Z',
    message_reference: { type: 0, message_id: freshId(), channel_id: channel.id },
    referenced_message: { ...said, ...at, id: freshId(), type: 0, author: user },
    message_snapshots: [{ message: said }],
  })
  const thread = () => ({
    id: freshId(),
    type: 11,
    guild_id: guild.id,
    parent_id: channel.id,
    name: 't',
    owner_id: ada.id,
  })
  const called = (type: number, data: Fields, more: Fields = {}) => ({
    ...at,
    ...more,
    id: freshId(),
    application_id: fake.applicationId,
    type,
    token: `token-${freshId()}`,
    version: 1,
    channel: { id: channel.id, type: 0, name: 'general' },
    member,
    app_permissions: String((1n << 10n) | (1n << 11n)),
    authorizing_integration_owners: { 0: guild.id },
    context: 0,
    data,
  })
  const option = { type: 3, name: 'prompt', value: 'why?' }
  const asked = {
    id: '1',
    type: 1,
    name: 'ask',
    options: [option, { type: 11, name: 'file', value: '70' }],
    resolved: { attachments: { 70: attachment } },
  }
  const pointed = () => {
    const target = message()
    return {
      id: '1',
      type: 3,
      name: 'Ask about this',
      target_id: target.id,
      resolved: { messages: { [target.id]: target } },
    }
  }
  const filled = {
    custom_id: 'form',
    components: [{ type: 18, component: { type: 4, custom_id: 'prompt', value: 'why?' } }],
  }
  return {
    create: () => ['MESSAGE_CREATE', message()],
    direct: () => [
      'MESSAGE_CREATE',
      { ...message(), guild_id: undefined, member: undefined, channel_id: '70' },
    ],
    update: () => ['MESSAGE_UPDATE', message()],
    delete: () => ['MESSAGE_DELETE', { ...at, id: freshId() }],
    bulk: () => ['MESSAGE_DELETE_BULK', { ...at, ids: [freshId(), freshId()] }],
    thread: () => ['THREAD_CREATE', thread()],
    threads: () => ['THREAD_LIST_SYNC', { guild_id: guild.id, threads: [thread()], members: [] }],
    channel: () => [
      'CHANNEL_CREATE',
      { id: freshId(), type: 0, guild_id: guild.id, name: 'c', last_message_id: null },
    ],
    guild: () => [
      'GUILD_CREATE',
      { id: freshId(), name: 'g', channels: [], threads: [thread()], roles: [], members: [] },
    ],
    gone: () => ['GUILD_DELETE', { id: freshId(), unavailable: true }],
    slash: () => ['INTERACTION_CREATE', called(2, asked)],
    menu: () => ['INTERACTION_CREATE', called(2, pointed())],
    button: () => [
      'INTERACTION_CREATE',
      called(3, { component_type: 2, custom_id: 'stop' }, { message: message() }),
    ],
    typing: () => ['INTERACTION_CREATE', called(4, { ...asked, options: [{ ...option, focused: true }] })],
    form: () => ['INTERACTION_CREATE', called(5, filled, { message: message() })],
  }
}

const kinds = [
  'create',
  'direct',
  'update',
  'delete',
  'bulk',
  'thread',
  'threads',
  'channel',
  'guild',
  'gone',
  'slash',
  'menu',
  'button',
  'typing',
  'form',
] as const
const dispatch = fc.record({
  kind: fc.constantFrom(...kinds),
  changes: fc.array(change, { maxLength: 3 }),
  instead: fc.option(odd, { freq: 30 }),
})

/** Whatever stands between the slashes is a word of Discord's, an id, or an interaction's token. */
const sound =
  /^\/(gateway\/bot|applications\/\d+\/commands|interactions\/\d+\/[^/\s]+\/callback|webhooks\/\d+\/[^/\s]+(\/messages\/(@original|\d+))?|(guilds|channels|users)\/\d+(\/(messages|members|threads|typing)(\/\d+(\/threads)?)?)?)$/

/** Milliseconds; what is tried again because it threw holds its channel up for 1.5 s. */
const soon = 1_200
const perRun = 20
const runs = (process.env.PARLEY_FAULT === 'full' ? 10_000 : 1_000) / perRun

describe('generated dispatches', () => {
  it('end nothing, hold nothing up, and lead to no call that makes no sense', async () => {
    whole = await wholeDiscord()
    const { fake, guild, channel, ada, heard } = whole
    const payloads = usual(whole)
    const other = guild.channel({ name: 'other' })
    await fc.assert(
      fc.asyncProperty(fc.array(dispatch, { minLength: perRun, maxLength: perRun }), async (all) => {
        for (const { kind, changes, instead } of all) {
          const [t, d] = payloads[kind]?.() ?? ['', {}]
          const mutated = changes.reduce<unknown>((payload, { path, to }) => changed(payload, path, to), d)
          fake.gateway.dispatch(t, instead ?? mutated)
        }
        for (const where of [channel, other]) {
          const { id } = ada.says(where, `<@${fake.bot.id}> still there?`)
          await fake.until(() => heard.some((event) => event.id === `message:${id}`), soon)
        }
        for (const event of heard.splice(0)) expect(JSON.stringify(event)).not.toMatch(/\\u0000|\\ud[89a-f]/)
      }),
      { numRuns: runs, endOnFailure: true },
    )
    expect(fake.ledger.requests.map(({ path }) => path).filter((path) => !sound.test(path))).toEqual([])
    expect(fake.ledger.gateway.filter(({ kind }) => kind === 'identify')).toHaveLength(1)
  }, 300_000)
})
