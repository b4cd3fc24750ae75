import pino from 'pino'
import { expect, it } from 'vitest'
import { commandJson } from '../../adapters/discord/interactions/command-json.ts'
import { createRegistration } from '../../adapters/discord/interactions/registration.ts'
import type { Reply, WireRequest } from '../../adapters/discord/request.ts'
import type { Wire } from '../../adapters/discord/wire.ts'
import type { CommandSpec } from '../../src/ports/command.ts'
import type { RateBudget } from '../../src/ports/outcome.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { checkCommands } from '../fakes/discord/command-rules.ts'
import { commands, done, ids } from './discord-interactions-world.ts'

const { application } = ids

function registering(specs: readonly CommandSpec[] = commands) {
  const kept = new Map<string, unknown>()
  const clock = simulatedClock()
  const over = new AbortController()
  const world = {
    clock,
    over,
    specs,
    kept,
    broken: false,
    puts: [] as { readonly at: number; readonly request: WireRequest }[],
    paced: [] as (readonly RateBudget[])[],
    logged: [] as string[],
    replies: async (): Promise<Reply<unknown>> => done,
    async runFor(ms: number) {
      const end = new AbortController()
      const running = world.run(end.signal)
      await clock.advance(ms)
      end.abort(new Error('the end'))
      await running
    },
    run: (signal: AbortSignal = over.signal) => {
      const wire: Wire = {
        call: async <T>(request: WireRequest) => {
          world.puts.push({ at: clock.elapsed(), request })
          return (await world.replies()) as Reply<T>
        },
      }
      const registration = createRegistration({
        intake: {
          commands: world.specs,
          paced: (budgets, call) => {
            world.paced.push(budgets)
            return call()
          },
        },
        wire,
        store: {
          get: async <T>(key: string) => {
            if (world.broken) throw new Error('disk gone')
            return kept.get(key) as T | undefined
          },
          getMany: async () => [],
          set: async (key, value) => {
            kept.set(key, value)
            return true
          },
          delete: async () => true,
          deleteMany: async () => true,
        },
        clock,
        log: pino({ level: 'debug' }, { write: (line: string) => world.logged.push(line) }),
      })
      return registration.run(application, signal)
    },
  }
  return world
}

it('what is registered is made from the registry: what is required first, everywhere, menus beside', () => {
  const everywhere = { integration_types: [0, 1], contexts: [0, 1, 2] }
  const json = commandJson(commands)
  expect(json[0]).toEqual({
    type: 1,
    name: 'ask',
    description: 'Ask something and get the answer here',
    options: [
      { type: 3, name: 'prompt', description: 'What you want to know', required: true },
      { type: 5, name: 'private', description: 'Only you see the answer', required: false },
      {
        type: 11,
        name: 'file',
        description: 'A picture, document or recording that belongs to it',
        required: false,
      },
    ],
    ...everywhere,
  })
  expect(json.find(({ name }) => name === 'model')).toMatchObject({
    options: [
      { type: 3, name: 'name', autocomplete: true },
      { type: 3, name: 'note' },
    ],
  })
  expect(json.map(({ name }) => name)).toEqual([
    'ask',
    'persona',
    'model',
    'new',
    'Ask about this',
    'Summarise',
  ])
  expect(json.slice(-2)).toEqual([
    { type: 3, name: 'Ask about this', ...everywhere },
    { type: 3, name: 'Summarise', ...everywhere },
  ])
})

it('descriptions keep to 100 characters', () => {
  const long = { name: 'long', description: 'x'.repeat(150), options: [], audience: 'all' } as const
  expect(commandJson([long])[0]).toMatchObject({ description: 'x'.repeat(100) })
})

it('Discord is told once, and again only when something has changed', async () => {
  const world = registering()
  await world.runFor(1_000)
  await world.runFor(1_000)
  expect(world.puts).toHaveLength(1)
  expect(world.puts[0]?.request).toMatchObject({
    method: 'PUT',
    route: `/applications/${application}/commands`,
    body: commandJson(commands),
  })
  expect(world.paced[0]?.map(({ bucket }) => bucket)).toEqual([
    'discord:PUT /applications/{id}/commands',
    'discord:global',
  ])
  world.specs = commands.slice(1)
  await world.runFor(1_000)
  expect(world.puts).toHaveLength(2)
})

it('after a day it is told again, since somebody may have overwritten the commands', async () => {
  const world = registering()
  await world.runFor(3_600_000)
  await world.runFor(48 * 3_600_000)
  expect(world.puts.map(({ at }) => at / 3_600_000)).toEqual([0, 24, 48])
})

it('what a former version noted, and a note from the future, are not believed', async () => {
  for (const note of ['a hash', { hash: 'h', at: 1e15 }]) {
    const world = registering()
    await world.runFor(1_000)
    const { hash } = [...world.kept.values()][0] as { hash: string }
    for (const key of world.kept.keys())
      world.kept.set(key, typeof note === 'string' ? hash : { ...note, hash })
    await world.runFor(1_000)
    expect(world.puts).toHaveLength(2)
  }
})

it('a refusal is said in words and tried again, more and more seldom', async () => {
  const world = registering()
  world.replies = async () =>
    world.puts.length <= 3
      ? { kind: 'refused', status: 403, code: 50001, message: 'Missing Access', problem: null }
      : done
  await world.runFor(1_000_000)
  expect(world.puts.map(({ at }) => at)).toEqual([0, 10_000, 40_000, 130_000])
  expect(world.logged.filter((line) => line.includes('Missing Access'))).toHaveLength(3)
})

it('a limit is obeyed, and what was lost or thrown is tried again', async () => {
  const world = registering()
  world.replies = async () => {
    if (world.puts.length === 1) return { kind: 'limited', retryAfterMs: 77_000 }
    if (world.puts.length === 2) return { kind: 'unknown', cause: new Error('ECONNRESET') }
    world.broken = false
    return done
  }
  await world.runFor(1_000_000)
  expect(world.puts.map(({ at }) => at)).toEqual([0, 77_000, 107_000])
  world.broken = true
  world.specs = []
  const running = world.runFor(1_000_000)
  await world.clock.flush()
  world.broken = false
  await running
  expect(world.puts).toHaveLength(4)
})

it('the end of the program ends the trying', async () => {
  const world = registering()
  world.replies = async () => ({ kind: 'not_sent', cause: new Error('ECONNREFUSED') })
  const running = world.run()
  await world.clock.advance(15_000)
  world.over.abort(new Error('the end'))
  await running
  expect(world.clock.sleepers()).toBe(0)
  expect(world.kept.size).toBe(0)
})

it('what can be chosen from is registered, and a button’s own command is not', () => {
  const text = { description: 'x', type: 'text', required: false } as const
  const formats = ['mp3', 'opus', 'wav']
  const speak: CommandSpec = {
    name: 'speak',
    description: 'Speaks',
    audience: 'all',
    options: [
      { name: 'format', ...text, choices: formats },
      { name: 'voice', ...text, suggest: 'voices' },
    ],
  }
  const json = commandJson([speak, ...commands])
  expect(json[0]).toMatchObject({
    name: 'speak',
    options: [
      { name: 'format', choices: formats.map((value) => ({ name: value, value })) },
      { name: 'voice', autocomplete: true },
    ],
  })
  expect(json.map(({ name }) => name)).not.toContain('correct')
  expect(() => checkCommands(JSON.parse(JSON.stringify(json)))).not.toThrow()
})
