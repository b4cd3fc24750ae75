/**
 * @typedef {{ id: string, name: string, type: string | null, size: number, url: string, description?: string,
 *   seconds?: number, voice?: true }} FileMeta
 * @typedef {{
 *   id: string, channel: string, thread: string | null, replies: number,
 *   author: { id: string, name: string, bot: boolean }, text: string, at: number, editedAt: number | null,
 *   state: 'writing' | 'done' | 'stopped' | 'failed' | null,
 *   controls: ('stop' | 'regenerate' | 'retry' | 'thumbs' | 'read_aloud' | 'correct')[], files: FileMeta[],
 *   privateTo: string | null, thumb: 'up' | 'down' | null
 * }} Message
 * @typedef {{ id: string, name: string, kind: 'channel' | 'direct' }} Channel
 */

/** A request that did not do what it was for. `message` is for the person; `status` is 0 when nobody answered. */
export class WireError extends Error {
  constructor(words, status, cause) {
    super(words, { cause })
    this.name = 'WireError'
    this.status = status
  }
}

const patience = 20_000

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    signal: AbortSignal.timeout(patience),
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((error) => {
    throw new WireError('Parley can’t be reached. Is it still running?', 0, error)
  })
  const answer = await response.json().catch(() => null)
  if (response.ok) return answer
  throw new WireError(wordsFor(response.status, answer), response.status)
}

export function wordsFor(status, answer) {
  if (typeof answer?.error === 'string') return answer.error
  return `Parley answered with status ${status}. Its log says more.`
}

const query = (values) =>
  new URLSearchParams(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  ).toString()

/**
 * The playground's requests. Each rejects with a `WireError`. Who is calling the server knows by a cookie, which comes
 * with `config` and which no script can read: ids of authors are public and open nothing.
 */
export const wire = {
  /** `me.id`: the author id of this browser; `latest`: the number of the latest change, where events go on. */
  config: () => call('GET', '/playground/config'),
  login: (key) => call('POST', '/playground/login', { key }),
  logout: () => call('POST', '/playground/logout', {}),
  models: () => call('GET', '/playground/models'),
  /** @returns {Promise<Channel[]>} */
  channels: () => call('GET', '/playground/channels').then((answer) => answer.channels),
  addChannel: (name) => call('POST', '/playground/channels', { name }),
  /** @returns {Promise<{ messages: Message[], more: boolean }>} */
  messages: (where) => call('GET', `/playground/messages?${query(where)}`),
  /** @returns {Promise<Message>} */
  send: (message) => call('POST', '/playground/messages', message),
  edit: ({ channel, id }, text) => call('PATCH', path(channel, id), { text }),
  remove: ({ channel, id }) => call('DELETE', path(channel, id)),
  /** Of one that was attached and not sent. */
  removeFile: (id) => call('DELETE', `/playground/files/${encodeURIComponent(id)}`),
  act: (action) => call('POST', '/playground/actions', action),
  /** The form behind a button of an answer. @returns {Promise<{ title: string, fields: object[] }>} */
  form: (command, { channel, id }) =>
    call('GET', `/playground/forms/${command}?${query({ channel, message: id })}`),
  command: (given) => call('POST', '/playground/commands', given),
}

const path = (channel, id) => `/playground/messages/${encodeURIComponent(channel)}/${encodeURIComponent(id)}`
