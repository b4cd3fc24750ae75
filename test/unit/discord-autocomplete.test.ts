import { expect, it } from 'vitest'
import { interactionsWorld, payload, text } from './discord-interactions-world.ts'

const typing = (typed: string, option = 'name', command = 'model') =>
  payload(4, { id: '1', type: 1, name: command, options: [{ ...text(option, typed), focused: true }] })

const choices = (...values: readonly string[]) => ({
  type: 8,
  data: { choices: values.map((value) => ({ name: value, value })) },
})

it('what fits what was typed is offered', async () => {
  const world = interactionsWorld()
  world.suggests = async (typed) => [`${typed}6-luna`, `${typed}6.1-terra`]
  await world.hear(typing('gpt-'))
  expect(world.answers()).toEqual([choices('gpt-6-luna', 'gpt-6.1-terra')])
  expect(world.heard).toEqual([])
})

it('at most 25 are offered, each once, none shortened and none empty', async () => {
  const world = interactionsWorld()
  const many = Array.from({ length: 30 }, (_, index) => `model-${index}`)
  world.suggests = async () => ['', 'x'.repeat(101), 'model-0', ...many]
  await world.hear(typing(''))
  expect(world.answers()).toEqual([choices(...many.slice(0, 25))])
})

it('nothing is offered when that fails, takes too long, or there is nothing to suggest', async () => {
  for (const suggests of [
    async () => {
      throw new Error('no catalog')
    },
    () => new Promise<string[]>(() => {}),
  ]) {
    const world = interactionsWorld()
    world.suggests = suggests
    await world.hear(typing('gpt'))
    expect(world.answers()).toEqual([choices()])
    expect(world.calls[0]?.at).toBeLessThanOrEqual(2_000)
  }
  const world = interactionsWorld()
  world.suggests = async () => ['never']
  await world.hear(typing('x', 'note'))
  await world.hear(typing('x', 'name', 'gone'))
  expect(world.answers()).toEqual([choices(), choices()])
})
