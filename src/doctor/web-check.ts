import { createServer } from 'node:net'
import type { Config } from '../config/config.ts'
import { type Finding, fail, note, ok } from './finding.ts'

const patienceMs = 3_000
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i

/** Tries to take the port, and tells Parley itself from another program that has it. */
export async function checkWeb({ web }: Pick<Config, 'web'>): Promise<readonly Finding[]> {
  const { host, port, apiKeys } = web
  const findings = [await portFinding(host, port)]
  if (!loopback.test(host) && apiKeys.length === 0)
    findings.push(
      note(
        'web',
        `HOST is ${host} and PARLEY_API_KEYS is not set: the playground and the REST API stay closed.`,
      ),
    )
  return findings
}

async function portFinding(host: string, port: number): Promise<Finding> {
  const code = await tryListening(host, port)
  const at = `${host.includes(':') ? `[${host}]` : host}:${port}`
  if (code === null) return ok('web', port === 0 ? `a free port of ${host} will be taken` : `${at} is free`)
  if (code === 'EADDRINUSE')
    return (await isParley(`http://${at}/health`))
      ? ok('web', `Parley is running on ${at}`)
      : fail('web', `Another program has ${at}. Stop it, or set PORT to another number (0 takes a free one).`)
  if (code === 'EACCES') return fail('web', `${at} is not allowed for this user. Set PORT to 1024 or above.`)
  return fail(
    'web',
    `${at} can't be used (${code}). Set HOST to an address of this machine, such as 127.0.0.1.`,
  )
}

/** null when the port could be taken; it is given back at once. */
function tryListening(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })
}

async function isParley(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
    const health: unknown = await response.json()
    return typeof health === 'object' && health !== null && 'service' in health && health.service === 'Parley'
  } catch {
    // Whatever went wrong: what answers there (or doesn't) is not a Parley that works.
    return false
  }
}
