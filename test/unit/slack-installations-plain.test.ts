import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPlainInstallation } from '../../adapters/slack/installations/plain.ts'
import { InstallationRefused } from '../../adapters/slack/installations/refused.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { askOf, readableLog, type TokenOffice, tokenOffice } from './slack-installations-world.ts'

const never = new AbortController().signal

describe('one workspace by its token', () => {
  let office: TokenOffice
  beforeEach(async () => {
    office = await tokenOffice()
  })
  afterEach(() => office.close())

  const plain = (token: string, clock = simulatedClock(), log = pino({ level: 'silent' })) =>
    createPlainInstallation({
      ...{ token, ask: askOf(office), clock, log, signal: never },
      standing: { isRefused: false },
    })

  it('asks Slack once who Parley is, however many want to know', async () => {
    const installation = plain(office.token({ team: 'T1' }))
    expect(installation.known('T1')).toBeNull()
    const found = await Promise.all([1, 2, 3].map(() => installation.of('T1', null, never)))
    expect(found.map((one) => one?.botUser)).toEqual(['UBOT', 'UBOT', 'UBOT'])
    expect(installation.known('T1')).toMatchObject({ team: 'T1', botId: 'BBOT', teamName: 'Acme' })
    expect(office.calls('auth.test')).toHaveLength(1)
  })

  it('is nobody in another workspace', async () => {
    const installation = plain(office.token({ team: 'T1', enterprise: 'E1' }))
    expect(await installation.of('T2', null, never)).toBeNull()
    expect(await installation.of('T2', 'E1', never)).toBeNull()
    expect(installation.known('T2')).toBeNull()
  })

  it('a token of a whole organisation is good for each of its workspaces', async () => {
    const installation = plain(office.token({ team: null, enterprise: 'E1' }))
    expect(await installation.of('T7', 'E1', never)).toMatchObject({ team: 'E1' })
    expect(await installation.of('E1', null, never)).toMatchObject({ team: 'E1' })
    expect(await installation.of('T7', 'E2', never)).toBeNull()
  })

  it('asks again while the network fails, and says so', async () => {
    const clock = simulatedClock()
    const { lines, log } = readableLog()
    office.faults.push('cut', { ok: false, error: 'internal_error' })
    const asked = plain(office.token({}), clock, log).of('T1', null, never)
    await until(() => lines.length === 1)
    await clock.advance(1_000)
    await until(() => lines.length === 2)
    await clock.advance(2_000)
    expect(await asked).toMatchObject({ team: 'T1' })
    expect(office.calls('auth.test')).toHaveLength(3)
    expect(lines.join()).not.toContain('xoxb')
    expect(lines.join()).not.toContain('stack')
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ why: expect.stringContaining('auth.test') })
  })

  it('a refused token is told with Slack’s word, at once, and without the token', async () => {
    const asked = plain('xoxb-wrong-token').of('T1', null, never)
    await expect(asked).rejects.toThrow(InstallationRefused)
    await expect(asked).rejects.toMatchObject({ error: 'invalid_auth' })
    await expect(asked).rejects.not.toThrow(/xoxb/)
  })

  it('is not asked about again for a minute once it was refused', async () => {
    const clock = simulatedClock()
    const installation = plain('xoxb-wrong-token', clock)
    for (let asked = 0; asked < 5; asked++)
      await expect(installation.of('T1', null, never)).rejects.toThrow(InstallationRefused)
    expect(office.calls('auth.test')).toHaveLength(1)
    await clock.advance(60_000)
    await expect(installation.of('T1', null, never)).rejects.toThrow(InstallationRefused)
    expect(office.calls('auth.test')).toHaveLength(2)
  })

  it('a person’s token, which has no bot, is refused', async () => {
    office.faults.push({ ok: true, team_id: 'T1', user_id: 'U1' })
    await expect(plain('xoxp-somebody').of('T1', null, never)).rejects.toMatchObject({
      error: 'not_allowed_token_type',
    })
  })

  it('one that waits leaves when its signal aborts, and the others get their answer', async () => {
    const release = office.hold()
    const installation = plain(office.token({}))
    const stop = new AbortController()
    const impatient = installation.of('T1', null, stop.signal)
    const patient = installation.of('T1', null, never)
    stop.abort(new Error('stopped'))
    await expect(impatient).rejects.toThrow('stopped')
    release()
    expect(await patient).toMatchObject({ team: 'T1' })
  })

  it('an event that comes late, after Parley was installed again, forgets nothing', async () => {
    const installation = plain(office.token({}))
    await installation.of('T1', null, never)
    await installation.forget('T1', null)
    expect(installation.known('T1')).toMatchObject({ team: 'T1' })
  })

  it('is asked anew after an uninstall', async () => {
    const token = office.token({})
    const installation = plain(token)
    await installation.of('T1', null, never)
    office.tokens.delete(token)
    await installation.forget('T1', null)
    expect(installation.known('T1')).toBeNull()
    await expect(installation.of('T1', null, never)).rejects.toMatchObject({ error: 'invalid_auth' })
  })
})

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}
