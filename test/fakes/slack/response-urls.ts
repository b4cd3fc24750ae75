import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkBlocks } from './block-rules.ts'
import { changed, deleted, said } from './events.ts'
import type { Faults } from './faults.ts'
import type { OpenLedger } from './ledger.ts'
import { isObject } from './method.ts'
import { read } from './receiving.ts'
import { Refusal } from './refusal.ts'
import { readable, renderMessage } from './rendering.ts'
import { wait, write } from './server.ts'
import type { ChannelState, HookState, Json } from './states.ts'
import { channelOf, newMessage, teamOf, type World } from './world.ts'

const FIELDS = [
  'text',
  'blocks',
  'attachments',
  'response_type',
  'replace_original',
  'delete_original',
  'thread_ts',
  'unfurl_links',
  'unfurl_media',
  'mrkdwn',
  'metadata',
]

/** Carries out what came to a response_url, or as the answer to a command. `source`: the message it came from. */
export function respond(
  world: World,
  team: string,
  channel: ChannelState,
  user: string,
  body: Json,
  source: HookState['source'],
): void {
  const blocks = body.blocks === undefined ? [] : checkBlocks(body.blocks, 'message', world.limits)
  const original = source === null ? undefined : channelOf(world, source.channel).messages.get(source.ts)
  if (body.delete_original === true || body.replace_original === true) {
    if (original === undefined) return
    const before = renderMessage(world, original)
    if (body.delete_original === true) {
      channelOf(world, original.channel).messages.delete(original.ts)
      if (original.visibleTo === null) deleted(world, original, before)
      return
    }
    Object.assign(original, {
      text: String(body.text ?? ''),
      markdown: null,
      stream: null,
      blocks,
      edits: original.edits + 1,
    })
    original.history.push({ at: world.now(), text: readable(original) })
    if (original.visibleTo === null) changed(world, original, before)
    return
  }
  const text = typeof body.text === 'string' ? body.text : ''
  if (text === '' && blocks.length === 0 && !Array.isArray(body.attachments)) throw new Refusal('no_text')
  const open = body.response_type === 'in_channel'
  const message = newMessage(world, channel, {
    user: teamOf(world, team).bot.user,
    subtype: open ? 'bot_message' : null,
    visibleTo: open ? null : user,
    thread: typeof body.thread_ts === 'string' ? body.thread_ts : null,
    text,
    blocks,
    attachments: Array.isArray(body.attachments) ? (body.attachments as Json[]) : [],
  })
  message.history.push({ at: message.at, text: readable(message) })
  if (open) said(world, message)
}

/** POST to a response_url: five times within half an hour. */
export function responseUrls(world: World, ledger: OpenLedger, faults: Faults, latency: () => number) {
  function answer(id: string, hook: HookState | undefined, body: unknown): { status: number; body: unknown } {
    if (hook === undefined) return { status: 404, body: { ok: false, error: 'no_service' } }
    if (world.now() >= hook.createdAt + world.limits.responseMs)
      return { status: 404, body: { ok: false, error: 'expired_url' } }
    if (hook.uses >= world.limits.responseUses) return { status: 404, body: { ok: false, error: 'used_url' } }
    if (!isObject(body)) return { status: 400, body: { ok: false, error: 'invalid_payload' } }
    const unknown = Object.keys(body).find((key) => !FIELDS.includes(key))
    if (unknown !== undefined)
      return {
        status: 400,
        body: { ok: false, error: 'invalid_payload', message: `no such field: ${unknown} (${id})` },
      }
    try {
      respond(world, hook.team, channelOf(world, hook.channel), hook.user, body, hook.source)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: error.error === 'no_text' ? 400 : 500, body: { ok: false, error: error.error } }
    }
    hook.uses++
    return { status: 200, body: 'ok' }
  }

  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> => {
    if (!url.pathname.startsWith('/hooks/')) return false
    const id = url.pathname.slice('/hooks/'.length)
    const fault = faults.take('response_url')
    const bytes = fault === 'refuse' ? null : await read(request, world.limits.requestBytes)
    const oneWay = latency() / 2
    if (oneWay > 0) await wait(oneWay)
    if (bytes === null || fault === 'refuse' || fault === 'hang') {
      if (fault !== 'hang') request.socket.destroy()
      return true
    }
    let body: unknown
    try {
      body = JSON.parse(bytes.toString('utf8'))
    } catch {
      body = null
    }
    const hook = world.hooks.get(id)
    const made = fault !== null && typeof fault === 'object' && 'status' in fault ? fault : null
    const usual = made !== null && !made.carriedOut ? null : answer(id, hook, body)
    const status = made?.status ?? usual!.status
    ledger.responses.push({
      at: world.now(),
      hook: id,
      interaction: hook?.interaction ?? '',
      body: isObject(body) ? body : {},
      status,
    })
    if (oneWay > 0) await wait(oneWay)
    if (fault === 'lose the reply') request.socket.destroy()
    else write(response, status, made === null ? usual!.body : (made.body ?? ''), { ...made?.headers })
    ledger.changed()
    return true
  }
}
