import type { Config } from '../config/config.ts'
import type { Prices } from '../policy/prices.ts'
import type { Clock } from '../ports/clock.ts'
import { ModelError } from '../ports/failure.ts'
import type { Model, ModelInfo } from '../ports/model.ts'
import { type Finding, fail, note, ok } from './finding.ts'

const patienceMs = 20_000

/** Time enough to choose another model without haste. */
const soonMs = 90 * 86_400_000

/** Asks the provider for its models, and looks for the default among them. */
export async function checkModel(
  model: Model,
  config: Pick<Config, 'openai' | 'budgets'>,
  prices: Prices,
  clock: Pick<Clock, 'now'>,
): Promise<readonly Finding[]> {
  let list: readonly ModelInfo[]
  try {
    list = await model.models(AbortSignal.timeout(patienceMs))
  } catch (error) {
    if (error instanceof ModelError) return [fail('model', error.words)]
    throw error
  }
  const name = config.openai.model
  const found = list.find((info) => info.id === name)
  const where = config.openai.baseUrl ?? 'OpenAI'
  if (!found)
    return [fail('model', `${where} answers, but has no ${name}. Set OPENAI_MODEL to one of: ${some(list)}.`)]
  return [
    ok('model', `${where} answers and has ${name} (${list.length} models in all)`),
    ...ending(found, clock.now()),
    ...(await pricing(name, config.budgets, prices)),
    ...siblings(config, list, clock.now()),
  ]
}

const deeds = {
  transcribeModel: ['OPENAI_TRANSCRIBE_MODEL', 'voice notes stay unheard'],
  speechModel: ['OPENAI_SPEECH_MODEL', 'nothing is read aloud'],
  imageModel: ['OPENAI_IMAGE_MODEL', 'nothing is painted'],
} as const

/** Parley answers without them: a note each. A server that lists none of the kind may have them all the same. */
function siblings(
  { openai }: Pick<Config, 'openai'>,
  list: readonly ModelInfo[],
  now: number,
): readonly Finding[] {
  return Object.entries(deeds).flatMap(([key, [variable, without]]) => {
    const name = openai[key as keyof typeof deeds]
    const found = list.find(({ id }) => id === name)
    if (found !== undefined) return ending(found, now, variable)
    const at = openai.baseUrl ?? 'OpenAI'
    return [note('model', `${at} does not list ${name} (${variable}): without it ${without}.`)]
  })
}

function some(list: readonly ModelInfo[]): string {
  const names = list.map(({ id }) => id).slice(0, 8)
  return names.length === 0
    ? 'none, the server lists no model'
    : names.join(', ') + (list.length > 8 ? ', …' : '')
}

function ending({ id, shutdownDate }: ModelInfo, now: number, variable = 'OPENAI_MODEL'): Finding[] {
  if (shutdownDate === null) return []
  const left = Date.parse(shutdownDate) - now
  if (left <= 0) return [fail('model', `${id} was shut down on ${shutdownDate}. Set ${variable} to another.`)]
  return left > soonMs
    ? []
    : [note('model', `${id} will be shut down on ${shutdownDate}. Choose another before.`)]
}

async function pricing(name: string, { day }: Config['budgets'], prices: Prices): Promise<Finding[]> {
  const { known } = await prices.priceOf(name)
  if (known || (day.all === null && day.person === null)) return []
  return [
    note(
      'price',
      `The price of ${name} is not known, so the budget counts it as the dearest model. Set it in parley.yaml, such as prices: { "${name}": { input: 0, output: 0 } } for a server of your own.`,
    ),
  ]
}
