import { isObject } from './method.ts'
import type { Json } from './states.ts'

/** What is wrong, and where; becomes `invalid_blocks`. */
export const fail = (at: string, what: string): TypeError => new TypeError(`${what} [json-pointer:${at}]`)

export function known(at: string, object: Json, fields: readonly string[]): void {
  for (const key of Object.keys(object))
    if (!fields.includes(key)) throw fail(at, `invalid additional property: ${key}`)
}

/** `undefined` is left to who needs it. */
export function limit(at: string, value: unknown, most: number): void {
  if (value === undefined) return
  if (typeof value !== 'string') throw fail(at, 'must be a string')
  if (value.length > most) throw fail(at, `must be less than ${most + 1} characters`)
}

export function checkText(at: string, value: unknown, most: number, only?: 'plain_text'): void {
  if (!isObject(value)) throw fail(at, 'missing required field')
  const type = value.type
  if (type !== 'plain_text' && (type !== 'mrkdwn' || only !== undefined))
    throw fail(`${at}/type`, 'unsupported type')
  known(at, value, type === 'plain_text' ? ['type', 'text', 'emoji'] : ['type', 'text', 'verbatim'])
  if (typeof value.text !== 'string' || value.text === '')
    throw fail(`${at}/text`, 'must be more than 0 characters')
  limit(`${at}/text`, value.text, most)
}

const CHOICE = [
  'action_id',
  'options',
  'option_groups',
  'initial_option',
  'placeholder',
  'confirm',
  'focus_on_load',
]

/** The fields of the elements that exist; https://docs.slack.dev/reference/block-kit/block-elements */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  button: ['action_id', 'text', 'value', 'url', 'style', 'confirm', 'accessibility_label'],
  feedback_buttons: ['action_id', 'positive_button', 'negative_button'],
  icon_button: [
    'action_id',
    'icon',
    'text',
    'value',
    'confirm',
    'accessibility_label',
    'visible_to_user_ids',
  ],
  overflow: ['action_id', 'options', 'confirm'],
  image: ['image_url', 'slack_file', 'alt_text'],
  plain_text_input: [
    'action_id',
    'initial_value',
    'multiline',
    'min_length',
    'max_length',
    'dispatch_action_config',
    'placeholder',
    'focus_on_load',
  ],
  number_input: [
    'action_id',
    'is_decimal_allowed',
    'initial_value',
    'min_value',
    'max_value',
    'placeholder',
    'focus_on_load',
  ],
  static_select: CHOICE,
  multi_static_select: [...CHOICE, 'initial_options', 'max_selected_items'],
  external_select: [...CHOICE, 'min_query_length'],
  users_select: ['action_id', 'initial_user', 'placeholder', 'confirm', 'focus_on_load'],
  conversations_select: [
    'action_id',
    'initial_conversation',
    'default_to_current_conversation',
    'placeholder',
    'confirm',
    'filter',
    'response_url_enabled',
    'focus_on_load',
  ],
  radio_buttons: ['action_id', 'options', 'initial_option', 'confirm', 'focus_on_load'],
  checkboxes: ['action_id', 'options', 'initial_options', 'confirm', 'focus_on_load'],
  file_input: ['action_id', 'filetypes', 'max_files'],
}

export function checkElement(at: string, value: unknown): void {
  if (!isObject(value)) throw fail(at, 'missing required field')
  const type = String(value.type)
  const fields = FIELDS[type]
  if (fields === undefined) throw fail(at, `unsupported type: ${type}`)
  known(at, value, ['type', ...fields])
  limit(`${at}/action_id`, value.action_id, 255)
  if (value.placeholder !== undefined) checkText(`${at}/placeholder`, value.placeholder, 150, 'plain_text')
  if (type === 'button') {
    checkText(`${at}/text`, value.text, 75, 'plain_text')
    limit(`${at}/value`, value.value, 2_000)
    limit(`${at}/url`, value.url, 3_000)
    limit(`${at}/accessibility_label`, value.accessibility_label, 75)
    if (value.style !== undefined && value.style !== 'primary' && value.style !== 'danger')
      throw fail(`${at}/style`, 'must be primary or danger')
  }
  if (type === 'icon_button') {
    checkText(`${at}/text`, value.text, 75, 'plain_text')
    if (value.icon !== 'trash') throw fail(`${at}/icon`, 'unsupported icon')
    limit(`${at}/value`, value.value, 2_000)
  }
  if (type === 'feedback_buttons')
    for (const side of ['positive_button', 'negative_button']) {
      const button = value[side]
      if (!isObject(button)) throw fail(`${at}/${side}`, 'missing required field')
      known(`${at}/${side}`, button, ['text', 'value', 'accessibility_label'])
      checkText(`${at}/${side}/text`, button.text, 75, 'plain_text')
      limit(`${at}/${side}/value`, button.value, 2_000)
      limit(`${at}/${side}/accessibility_label`, button.accessibility_label, 75)
    }
  if (type === 'plain_text_input') {
    const most = value.max_length ?? 3_000
    if (typeof most !== 'number' || most < 1 || most > 3_000)
      throw fail(`${at}/max_length`, 'must be between 1 and 3000')
    limit(`${at}/initial_value`, value.initial_value, most)
  }
  if (type === 'number_input' && typeof value.is_decimal_allowed !== 'boolean')
    throw fail(`${at}/is_decimal_allowed`, 'missing required field')
  checkOptions(at, type, value)
}

const MOST: Readonly<Record<string, number>> = { radio_buttons: 10, checkboxes: 10, overflow: 5 }

function checkOptions(at: string, type: string, value: Json): void {
  const wanted = /^(static_select|multi_static_select|radio_buttons|checkboxes|overflow)$/.test(type)
  if (!wanted) return
  if (value.options === undefined && value.option_groups !== undefined) return
  const options = value.options
  if (!Array.isArray(options) || options.length === 0)
    throw fail(`${at}/options`, 'no fewer than 1 items required')
  if (options.length > (MOST[type] ?? 100))
    throw fail(`${at}/options`, `no more than ${MOST[type] ?? 100} items allowed`)
  for (const [index, option] of options.entries()) checkOption(`${at}/options/${index}`, option)
  const initial = value.initial_option === undefined ? (value.initial_options ?? []) : [value.initial_option]
  if (!Array.isArray(initial)) throw fail(`${at}/initial_options`, 'must be an array')
  for (const one of initial)
    if (!options.some((option) => JSON.stringify(option) === JSON.stringify(one)))
      throw fail(`${at}/initial_option`, 'must be one of the options')
}

function checkOption(at: string, option: unknown): void {
  if (!isObject(option)) throw fail(at, 'must be an object')
  known(at, option, ['text', 'value', 'description', 'url'])
  checkText(`${at}/text`, option.text, 75)
  if (typeof option.value !== 'string') throw fail(`${at}/value`, 'missing required field')
  limit(`${at}/value`, option.value, 150)
  if (option.description !== undefined) checkText(`${at}/description`, option.description, 75)
}
