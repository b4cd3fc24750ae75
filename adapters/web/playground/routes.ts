import { type Context, Hono } from 'hono'
import type { BodyReader } from '../body.ts'
import type { WebEnv } from '../env.ts'
import type { Gate } from '../gate.ts'
import type { Keyring } from '../keys.ts'
import type { ModelList } from '../model-list.ts'
import type { WebOptions } from '../options.ts'
import { Problem } from '../problem.ts'
import type { Sessions } from '../sessions.ts'
import { clientOf } from '../sse.ts'
import type { WrongKeys } from '../wrong-keys.ts'
import type { Actions } from './actions.ts'
import { authorOf, introduce, knownAuthor } from './authors.ts'
import type { Changes } from './changes.ts'
import type { Channels } from './channels.ts'
import type { Chat } from './chat.ts'
import { typed } from './command-line.ts'
import type { Events } from './events.ts'
import { type Files, fileBytes, filesPerMessage } from './files.ts'
import type { Hearing } from './hearing.ts'
import { toWire, visibleTo } from './message.ts'
import type { MessageLog } from './message-log.ts'
import { served } from './served.ts'

export interface PlaygroundParts {
  readonly options: WebOptions
  readonly gate: Gate
  readonly keyring: Keyring
  readonly sessions: Sessions
  readonly wrongKeys: WrongKeys
  readonly bodies: BodyReader
  readonly models: ModelList
  readonly chat: Chat
  readonly actions: Actions
  readonly changes: Changes
  readonly channels: Channels
  readonly log: MessageLog
  readonly files: Files
  readonly events: Events
  readonly hearing: Hearing
  readonly messageLimit: number
}

/** What the playground's pages call. */
export function playgroundRoutes(parts: PlaygroundParts): Hono<WebEnv> {
  const { options, gate, sessions, chat, channels, log, files } = parts
  const routes = new Hono<WebEnv>()
  /** With the first call: the checks are not needed to start. */
  const read = async () => {
    const [bodies, { check }] = await Promise.all([import('./bodies.ts'), import('../schema.ts')])
    return { bodies, check, body: (c: Context<WebEnv>) => parts.bodies.json(c.env.incoming) }
  }

  routes.get('/config', async (c) => {
    const caller = await gate.player(c)
    const open = { name: 'Parley', version: options.version, needsKey: gate.door === 'keys' }
    if (caller === null) return c.json({ ...open, signedIn: false })
    const intake = parts.hearing.intake()
    return c.json({
      ...open,
      signedIn: true,
      me: { id: introduce(c, caller).id },
      latest: parts.changes.latest(),
      provider: options.provider,
      rehearsal: options.mode === 'rehearsal',
      defaultModel: options.defaultModel,
      commands: typed(intake.commands),
      voices: await intake.suggest('voices', '', c.req.raw.signal),
      limits: { message: parts.messageLimit, fileBytes, filesPerMessage },
    })
  })

  routes.post('/login', async (c) => {
    const { bodies, check, body } = await read()
    const { key } = check(bodies.loginBody, await body(c))
    parts.wrongKeys.check()
    const owner = parts.keyring.owner(key)
    if (!owner) parts.wrongKeys.note()
    if (!owner) throw new Problem(401, 'This API key is not one of PARLEY_API_KEYS.')
    const secure = c.req.header('origin')?.startsWith('https:') === true
    c.header('set-cookie', await sessions.open(owner.caller, secure))
    return c.body(null, 204)
  })

  routes.post('/logout', async (c) => {
    c.header('set-cookie', await sessions.close(c.req.header('cookie')))
    return c.body(null, 204)
  })

  routes.use('*', gate.playground)

  routes.get('/models', async (c) => c.json(await parts.models(c.req.raw.signal)))

  routes.get('/channels', async (c) => c.json({ channels: await channels.list(authorOf(c)?.id ?? null) }))

  routes.post('/channels', async (c) => {
    const { bodies, check, body } = await read()
    return c.json(await channels.create(check(bodies.channelBody, await body(c)).name), 201)
  })

  routes.get('/messages', async (c) => {
    const { bodies, check } = await read()
    const { channel, thread, before, limit } = check(bodies.pageQuery, c.req.query(), 'query')
    const { id } = knownAuthor(c)
    await chat.checkPlace(channel, null, id)
    const visible = visibleTo.bind(null, id)
    const page = await log.page({ channel, thread }, { before, limit, visible })
    return c.json({ messages: page.messages.map(toWire), more: page.more })
  })

  routes.post('/messages', async (c) => {
    const { bodies, check, body } = await read()
    const { author, ...draft } = check(bodies.draftBody, await body(c))
    const { known, message } = await chat.say(draft, { ...knownAuthor(c), ...author })
    return c.json(toWire(message), known ? 200 : 201)
  })

  routes.patch('/messages/:channel/:id', async (c) => {
    const { bodies, check, body } = await read()
    const { text } = check(bodies.rewriteBody, await body(c))
    return c.json(toWire(await chat.rewrite(c.req.param(), text, knownAuthor(c))))
  })

  routes.delete('/messages/:channel/:id', async (c) => {
    await chat.withdraw(c.req.param(), knownAuthor(c))
    return c.body(null, 204)
  })

  routes.post('/files', async (c) => {
    const { bodies, check } = await read()
    const { name, voice: seconds } = check(bodies.uploadQuery, c.req.query(), 'query')
    const type = c.req.header('content-type')
    if (seconds !== undefined && !/^audio\//i.test(type ?? ''))
      throw new Problem(400, 'voice: is for sounds only. Send the content type of one, such as audio/webm.')
    const bytes = parts.bodies.stream(c.env.incoming, fileBytes)
    const voice = seconds === undefined ? {} : { voice: true as const, seconds }
    const { id, account } = knownAuthor(c)
    const upload = { account, bytes: announced(c) }
    return c.json(await files.save({ name, type, ...voice }, bytes, id, upload), 201)
  })

  /** What was attached, and is not wanted after all. */
  routes.delete('/files/:id', async (c) => {
    if (!(await files.discard(c.req.param('id'), knownAuthor(c).id)))
      throw new Problem(404, 'This file is not here any more, or belongs to a message.')
    return c.body(null, 204)
  })

  routes.get('/files/:id', async (c) => {
    const file = await files.find(c.req.param('id'), authorOf(c)?.id ?? '')
    const response =
      file && (await served(file, c.req.header('range'), (range) => files.read(file.id, range)))
    if (!response) throw new Problem(404, 'This file is not here any more.')
    return response
  })

  routes.post('/actions', async (c) => {
    const { bodies, check, body } = await read()
    const { author, ...call } = check(bodies.actionBody, await body(c))
    await parts.actions.act(call, { ...knownAuthor(c), ...author })
    return c.json({ accepted: true }, 202)
  })

  routes.post('/commands', async (c) => {
    const { bodies, check, body } = await read()
    const { author, ...call } = check(bodies.commandBody, await body(c))
    await parts.actions.command(call, { ...knownAuthor(c), ...author })
    return c.json({ accepted: true }, 202)
  })

  /** The form behind a button of an answer, with what holds now. */
  routes.get('/forms/:command', async (c) => {
    const { bodies, check } = await read()
    const { channel, message } = check(bodies.formQuery, c.req.query(), 'query')
    const form = await parts.actions.form(c.req.param('command'), { channel, id: message }, knownAuthor(c))
    return c.json(form)
  })

  routes.get('/events', async (c) => {
    const { bodies, check } = await read()
    const { after } = check(bodies.eventsQuery, c.req.query(), 'query')
    const last = Number(c.req.header('last-event-id') ?? after ?? Number.NaN)
    return parts.events.open(knownAuthor(c).id, Number.isSafeInteger(last) ? last : null, clientOf(c))
  })

  return routes
}

/** Bytes of the body as the client says; null = it does not. */
function announced(c: Context<WebEnv>): number | null {
  const length = Number(c.req.header('content-length') ?? Number.NaN)
  return Number.isSafeInteger(length) && length >= 0 ? Math.min(length, fileBytes) : null
}
