import type { Store } from '../../../src/ports/store.ts'
import { createTurnstile } from '../../../src/turnstile.ts'
import { Problem } from '../problem.ts'
import { directChannel, directWith } from './message.ts'

export interface Channel {
  readonly id: string
  readonly name: string
  readonly kind: 'channel' | 'direct'
}

export interface Channels {
  /** All that everyone sees, and the direct channel of `author`. */
  list(author: string | null): Promise<Channel[]>
  create(name: string): Promise<Channel>
  exists(id: string): Promise<boolean>
}

const key = 'web:channels'
const first = ['general', 'random']
const most = 50

/** The channels' names are their ids: people name them in parley.yaml. */
export function createChannels(store: Store): Channels {
  const inTurn = createTurnstile()
  const names = async (): Promise<string[]> => (await store.get<string[]>(key)) ?? first

  async function create(wanted: string): Promise<Channel> {
    const name = validName(wanted)
    return inTurn(key, async () => {
      const known = await names()
      if (known.includes(name)) throw new Problem(409, `There is a channel #${name} already.`)
      if (known.length >= most)
        throw new Problem(409, `There are ${most} channels, and no more fit. Use one of them.`)
      await store.set(key, [...known, name])
      return channel(name)
    })
  }

  return {
    list: async (author) => [
      ...(await names()).map(channel),
      ...(author === null ? [] : [{ id: directChannel(author), name: 'Parley', kind: 'direct' as const }]),
    ],
    create,
    exists: async (id) => directWith(id) !== null || (await names()).includes(id),
  }
}

const channel = (name: string): Channel => ({ id: name, name, kind: 'channel' })

function validName(wanted: string): string {
  const name = wanted.trim().replace(/^#/, '').toLowerCase().normalize('NFC').replace(/\s+/g, '-')
  if (!/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}_-]{0,39}$/u.test(name) || directWith(name) !== null)
    throw new Problem(
      400,
      'A channel’s name has 1 to 40 letters, digits, - or _, and begins with a letter or digit.',
    )
  return name
}
