import { request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

/** Calls and reads JSON (an empty body reads as {}). */
export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init)
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers }
}

export const post = (url: string, body: unknown, init: RequestInit = {}): Promise<Answer> =>
  call(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  })

/** Server-Sent Events as they come. */
export async function* events(
  response: Response,
): AsyncGenerator<{ event: string; id: string | null; data: unknown }> {
  if (!response.body) throw new Error('no body')
  let rest = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    rest += chunk
    for (let at = rest.indexOf('\n\n'); at >= 0; at = rest.indexOf('\n\n')) {
      const lines = rest.slice(0, at).split('\n')
      rest = rest.slice(at + 2)
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      const data = field('data')
      if (data === undefined) yield { event: 'comment', id: null, data: lines.join('\n') }
      else yield { event: field('event') ?? 'message', id: field('id') ?? null, data: JSON.parse(data) }
    }
  }
}

/** Resolves when the condition holds; the test's own time limit ends the wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2))
}

/** The status of a call with any headers; fetch may not set Host or Origin freely. */
export function statusOf(url: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    call.on('error', reject)
    call.end(method === 'POST' ? '{"message":"x"}' : undefined)
  })
}
