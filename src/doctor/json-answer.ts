/** The answers that are read here have some kilobytes. */
const mostBytes = 262_144

/** The object in an answer. Rejects with words where there is none. */
export async function recordOf(response: Response): Promise<Record<string, unknown>> {
  return recordIn(await textOf(response))
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) throw new Error('its answer has no end')
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

function recordIn(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Error('its answer is no JSON', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('its answer is no object')
  return { ...value }
}

/** Why there was no answer, or none that can be used; fetch says "fetch failed", and the reason in its cause. */
export function whyOf(error: unknown, patienceMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${patienceMs / 1_000} seconds`
  const { cause } = error
  if (cause instanceof Error && error.message === 'fetch failed')
    return 'code' in cause ? String(cause.code) : cause.message
  return error.message
}
