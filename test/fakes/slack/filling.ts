import { isObject } from './method.ts'
import type { Json } from './states.ts'

/** The `state.values` of a view as somebody filled it in: initial values, but for those that are given. `whole`: nothing that is needed may be missing. */
export function filled(
  view: Json,
  given: Readonly<Record<string, unknown>>,
  whole = true,
): Record<string, Record<string, Json>> {
  const values: Record<string, Record<string, Json>> = {}
  const left = new Set(Object.keys(given))
  for (const [index, block] of (view.blocks as readonly Json[]).entries()) {
    const element = block.type === 'input' ? block.element : null
    if (!isObject(element)) continue
    const label = isObject(block.label) ? String(block.label.text) : ''
    const blockId = String(block.block_id ?? `b${index}`)
    const actionId = String(element.action_id ?? `a${index}`)
    const key = [label, blockId, actionId].find((one) => left.has(one))
    if (key !== undefined) left.delete(key)
    const value = valueIn(element, key === undefined ? undefined : given[key])
    if (whole && block.optional !== true && isEmpty(value)) throw new Error(`'${label}' must be filled in`)
    const most = element.max_length
    if (typeof most === 'number' && typeof value.value === 'string' && value.value.length > most)
      throw new Error(`'${label}' is too long`)
    values[blockId] = { [actionId]: { type: element.type, ...value } }
  }
  if (left.size > 0) throw new Error(`the view has no field '${[...left].join("', '")}'`)
  return values
}

const isEmpty = (value: Json): boolean =>
  Object.values(value).every((one) => one === null || one === '' || (Array.isArray(one) && one.length === 0))

function valueIn(element: Json, given: unknown): Json {
  const options = Array.isArray(element.options) ? element.options.filter(isObject) : []
  const option = (wanted: unknown): Json => {
    const found = options.find(
      (one) => one.value === wanted || (isObject(one.text) && one.text.text === wanted),
    )
    if (found === undefined) throw new Error(`no option '${String(wanted)}'`)
    return found
  }
  switch (element.type) {
    case 'plain_text_input':
    case 'number_input': {
      const value = given === undefined ? element.initial_value : given
      return { value: value === undefined || value === null || value === '' ? null : String(value) }
    }
    case 'static_select':
    case 'radio_buttons':
      return {
        selected_option:
          given === undefined ? (element.initial_option ?? null) : given === null ? null : option(given),
      }
    case 'external_select': {
      const made = { text: { type: 'plain_text', text: String(given) }, value: String(given) }
      return {
        selected_option:
          given === undefined ? (element.initial_option ?? null) : given === null ? null : made,
      }
    }
    case 'multi_static_select':
    case 'checkboxes':
      return {
        selected_options:
          given === undefined ? (element.initial_options ?? []) : (given as unknown[]).map(option),
      }
    case 'users_select':
      return { selected_user: given === undefined ? (element.initial_user ?? null) : given }
    case 'conversations_select':
      return { selected_conversation: given === undefined ? (element.initial_conversation ?? null) : given }
    case 'file_input':
      return { files: given ?? [] }
    default:
      throw new Error(`the fake can't fill in a ${String(element.type)}`)
  }
}
