import { afterEach, describe, expect, it } from 'vitest'
import { post } from '../unit/web-http.ts'
import { page, someone } from '../unit/web-pages.ts'
import { type WebWorld, webWorld } from '../unit/web-world.ts'
import { openHouse } from './house.ts'

let world: WebWorld
afterEach(() => world.close())

describe('the day’s budget', () => {
  it('books every call, also those that come with the same request id', async () => {
    const house = await openHouse()
    house.model.always(() => ['Yes.'])
    world = await webWorld({ direct: house.direct })
    const headers = { 'x-request-id': 'the-same' }
    const calls = Array.from({ length: 20 }, (_, count) =>
      post(`${world.url}/chat${count % 2 ? '/stream' : ''}`, { message: 'Hi' }, { headers }).catch(
        () => null,
      ),
    )
    const answers = await Promise.all(calls)
    for (const answer of answers) if (answer) expect(answer.headers.get('x-request-id')).toBe('the-same')
    // 100 tokens in at 1 USD a million, 20 out at 2.
    const { booked, reserved } = await house.database.ledger.spent({ platform: 'rest' }, 0)
    expect({ booked, reserved }).toEqual({ booked: 20 * 140_000, reserved: 0 })
  })

  it('of a person in the playground is that of the key, whoever its browsers say they are', async () => {
    const keys = ['key-one-3f9a', 'key-two-77b1']
    world = await webWorld({ apiKeys: keys })
    const accounts = []
    for (const [key, name] of [
      [keys[0], 'Ada'],
      [keys[0], 'Grace'],
      [keys[1], 'Ada'],
    ] as const) {
      const headers = { authorization: `Bearer ${key}`, cookie: someone(name).cookie }
      const id = `message-${accounts.length}`
      const said = { id, channel: 'general', text: '@Parley hi', author: { name } }
      expect((await post(`${world.url}/playground/messages`, said, { headers })).status).toBe(201)
      accounts.push(world.heard.at(-1)?.by)
    }
    const [adaOne, graceOne, adaTwo] = accounts
    expect(adaOne?.account).toMatch(/^key_/)
    expect(graceOne?.account).toBe(adaOne?.account)
    expect(adaTwo?.account).not.toBe(adaOne?.account)
    expect(new Set(accounts.map((by) => by?.id)).size).toBe(3)
  })

  it('without keys is one for all browsers of this machine', async () => {
    world = await webWorld()
    await page(world).say('q1', '@Parley hi')
    await page(world, someone('Grace')).say('q2', '@Parley hi')
    expect(world.heard.map(({ by }) => by.account)).toEqual(['local', 'local'])
  })
})
