import { describe, expect, it } from 'vitest'
import { createLog } from '../../src/observe/log.ts'
import { ModelError } from '../../src/ports/failure.ts'

const secret = 'sk-canary-0123456789abcdef'

async function logged(format: 'json' | 'pretty' = 'json', level = 'debug') {
  const lines: string[] = []
  const stream = { write: (line: string) => lines.push(line) }
  const log = await createLog({ level, format, secrets: [secret], stream })
  return { log, lines, text: () => lines.join('') }
}

describe('the log', () => {
  it('writes one JSON object a line, with the turn and the level by name', async () => {
    const { log, lines } = await logged()
    log.child({ turn: 't1' }).info({ outcome: 'answered' }, 'turn ended')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      turn: 't1',
      outcome: 'answered',
      msg: 'turn ended',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
  })

  it.each(['json', 'pretty'] as const)('carries no secret out, whatever the path (%s)', async (format) => {
    const { log, text } = await logged(format)
    const cause = Object.assign(new Error(`reset while sending ${secret}`), {
      headers: { authorization: secret },
    })
    log.error(
      { err: new ModelError('network', `no ${secret}`, { cause, requestId: 'req_1' }) },
      `failed with ${secret}`,
    )
    log.debug({ deep: { list: [{ url: `https://x/?key=${encodeURIComponent(secret)}` }] }, [secret]: 1 })
    log.info({ basic: Buffer.from(`user:${secret}`).toString('base64') })
    log.child({ bound: secret }).warn('bound')
    expect(text()).toContain('req_1')
    expect(text()).toContain('[secret]')
    expect(text()).not.toContain('canary')
    expect(text()).not.toContain(Buffer.from(`user:${secret}`).toString('base64').slice(12, 30))
  })

  it('hides fields that hold credentials it was not told of', async () => {
    const { log, text } = await logged()
    log.info({
      request: { headers: { authorization: 'Bearer unknown', cookie: 'unknown' } },
      apiKey: 'unknown',
    })
    expect(text()).not.toContain('unknown')
  })

  it('says of an error what helps, and nothing of its headers and bodies', async () => {
    const { log, lines } = await logged()
    const error = Object.assign(new Error('boom', { cause: new Error('root') }), {
      code: 'E1',
      body: 'words of people',
    })
    log.error({ err: error }, 'failed')
    const { err } = JSON.parse(lines[0] ?? '')
    expect(err).toMatchObject({ type: 'Error', message: 'boom', code: 'E1', cause: { message: 'root' } })
    expect(lines[0]).not.toContain('words of people')
  })

  it('survives an error that is its own cause', async () => {
    const { log, lines } = await logged()
    const error: Error & { cause?: unknown } = new Error('round')
    error.cause = error
    log.error({ err: error }, 'failed')
    expect(lines).toHaveLength(1)
  })

  it('keeps silent below its level', async () => {
    const { log, lines } = await logged('json', 'warn')
    log.info('not this')
    expect(lines).toEqual([])
  })
})
