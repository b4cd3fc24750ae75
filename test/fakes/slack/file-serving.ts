import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Faults } from './faults.ts'
import type { OpenLedger } from './ledger.ts'
import { read, uploadOf } from './receiving.ts'
import { wait, write } from './server.ts'
import type { FileState } from './states.ts'
import type { World } from './world.ts'

const SIGN_IN =
  '<!DOCTYPE html><html lang="en-US"><head><title>Sign in to Slack | Slack</title><meta name="referrer" content="no-referrer"></head><body class="full_height"><form id="signin_form" action="/signin"></form></body></html>'

/** Downloads and uploads, on the fake's own host. */
export function fileServing(world: World, ledger: OpenLedger, faults: Faults, latency: () => number) {
  let redirects: { to: string; status: number }[] = []
  const gone = new Set<string>()

  async function before(request: IncomingMessage, method: string) {
    const fault = faults.take(method)
    const bytes = fault === 'refuse' ? null : await read(request, world.limits.fileBytes)
    if (latency() > 0) await wait(latency())
    if (bytes !== null && fault !== 'hang') return { fault, bytes }
    if (fault !== 'hang') request.socket.destroy()
    return null
  }

  function mayRead(file: FileState, authorization: string | undefined): boolean {
    const token = world.tokens.get(authorization?.replace(/^Bearer /, '') ?? '')
    if (token === undefined || token.kind !== 'bot' || token.refused !== null) return false
    if (token.expiresAt !== null && world.now() >= token.expiresAt) return false
    const team = world.teams.get(token.team)
    if (!team?.scopes.has('files:read')) return false
    return (
      file.team === team.id ||
      [...file.channels].some((id) => {
        const channel = world.channels.get(id)
        return channel !== undefined && (channel.team === team.id || channel.shared.includes(team.id))
      })
    )
  }

  async function download(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const began = await before(request, 'file')
    if (began === null) return
    const { fault } = began
    const authorization = request.headers.authorization
    const id = url.pathname.split('/')[2]?.split('-')[1] ?? ''
    const file = gone.has(id) ? undefined : world.files.get(id)
    const allowed = file !== undefined && mayRead(file, authorization)
    const note = (status: number) => {
      ledger.downloads.push({
        at: world.now(),
        path: url.pathname,
        status,
        authorization: authorization ?? null,
        allowed,
      })
      ledger.changed()
    }
    if (fault !== null && typeof fault === 'object' && 'status' in fault) {
      note(fault.status)
      return write(response, fault.status, fault.body ?? '', { ...fault.headers })
    }
    const redirect = redirects.shift()
    if (redirect !== undefined) {
      note(redirect.status)
      return write(response, redirect.status, '', { location: redirect.to })
    }
    if (file === undefined) {
      note(404)
      return write(response, 404, '<html><body>File not found</body></html>', {})
    }
    note(200)
    // Who isn't signed in gets a page, with 200.
    if (!allowed) return write(response, 200, SIGN_IN, {})
    response.writeHead(200, {
      'content-type': file.type,
      'content-length': String(file.bytes.length),
      // A file, not a page.
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    })
    if (fault === 'lose the reply') {
      response.write(file.bytes.subarray(0, file.bytes.length / 2))
      setImmediate(() => request.socket.destroy())
    } else response.end(file.bytes)
  }

  async function upload(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const began = await before(request, 'upload')
    if (began === null) return
    const { fault, bytes } = began
    if (fault !== null && typeof fault === 'object' && 'status' in fault)
      return write(response, fault.status, fault.body ?? '', { ...fault.headers })
    const id = url.pathname.split('/').at(-1) ?? ''
    const planned = world.uploads.get(id)
    if (planned === undefined) return write(response, 404, 'Not Found', {})
    const content = await uploadOf(bytes, request.headers['content-type'] ?? '')
    if (content.length !== planned.length) return write(response, 400, 'the length is not as announced', {})
    planned.bytes = content
    ledger.uploads.push({ at: world.now(), file: id, bytes: content.length, content })
    ledger.changed()
    if (fault === 'lose the reply') request.socket.destroy()
    else write(response, 200, `OK - ${content.length}`, {})
  }

  return {
    async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
      if (url.pathname.startsWith('/files-pri/')) await download(request, response, url)
      else if (url.pathname.startsWith('/upload/')) await upload(request, response, url)
      else return false
      return true
    },
    controls: {
      /** The next downloads are sent on to this address. */
      redirect(to: string, times = 1, status = 302) {
        for (let count = 0; count < times; count++) redirects.push({ to, status })
      },
      /** This file, or all that there are, can't be downloaded any more. */
      expire(id?: string) {
        for (const file of id === undefined ? world.files.keys() : [id]) gone.add(file)
      },
      clear() {
        redirects = []
        gone.clear()
      },
    },
  }
}

export type FileControls = ReturnType<typeof fileServing>['controls']
