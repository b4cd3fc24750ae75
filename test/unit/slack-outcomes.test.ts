import { afterEach, describe, expect, it } from 'vitest'
import { answer, channel, type Desk, desk, how, inThread, part, refused, signal } from './slack-desk.ts'

describe('What Slack’s refusals mean', () => {
  let world: Desk
  const at = async (...given: Parameters<typeof desk>) => {
    world = await desk(...given)
    return world
  }
  afterEach(() => world?.close())
  const ref = { channel, id: answer }

  it('takes blocks that are refused for their length as too long, and others not', async () => {
    const saying = (message: string) =>
      refused('invalid_blocks', { response_metadata: { messages: [`[ERROR] ${message}`] } })
    const { platform } = await at({
      'chat.update': [saying('must be less than 12001 characters'), saying('unsupported type: markdown')],
    })
    expect(await platform.edit(inThread, ref, part('x'), signal)).toEqual({ kind: 'too_long' })
    expect(await platform.edit(inThread, ref, part('x'), signal)).toMatchObject({ kind: 'fixed' })
  })

  it('names the scope that is missing, and where to add it', async () => {
    const { platform } = await at({ 'chat.postMessage': refused('missing_scope', { needed: 'chat:write' }) })
    expect(await platform.send(inThread, part('x'), how())).toMatchObject({
      kind: 'forbidden',
      why: expect.stringMatching(/chat:write.*oauth_config\.scopes\.bot/),
    })
  })
})
