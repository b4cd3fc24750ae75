import { charactersOf, choiceAt, fieldsAt, listAt, onlyKnown, textAt } from './fields.ts'
import { invalid } from './refusal.ts'

const V2 = [9, 10, 11, 12, 13, 14, 17]
type Path = readonly (string | number)[]

/** Rows of at most five buttons or one select, at most five rows, ids of at most 100 characters, none twice. */
export function checkComponents(value: unknown, v2: boolean): unknown[] {
  const ids = new Set<string>()
  const rows = listAt(['components'], value, { max: v2 ? 40 : 5 })
  let written = 0
  for (const [index, row] of rows.entries()) {
    const path: Path = ['components', index]
    const fields = fieldsAt(path, row)
    if (v2 && V2.includes(fields.type as number)) {
      if (fields.type === 10)
        written += charactersOf(textAt([...path, 'content'], fields.content, { max: 4000 }))
      continue
    }
    choiceAt([...path, 'type'], fields.type, [1])
    onlyKnown(path, fields, ['type', 'id', 'components'])
    checkRow([...path, 'components'], fields.components, ids)
  }
  if (written > 4000)
    throw invalid(['components'], 'COMPONENT_MAX_TOTAL_COMPONENTS', 'The total text exceeds 4000 characters')
  return [...rows]
}

function checkRow(path: Path, value: unknown, ids: Set<string>): void {
  const components = listAt(path, value, { min: 1, max: 5 })
  for (const [index, component] of components.entries()) {
    const at = [...path, index]
    const fields = fieldsAt(at, component)
    const type = choiceAt([...at, 'type'], fields.type, [2, 3, 5, 6, 7, 8])
    if (type !== 2 && components.length > 1)
      throw invalid(
        at,
        'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
        'The specified component exceeds the maximum width',
      )
    if (type === 2) checkButton(at, fields)
    if (fields.custom_id === undefined) continue
    const id = textAt([...at, 'custom_id'], fields.custom_id, { min: 1, max: 100 })
    if (ids.has(id))
      throw invalid(
        [...at, 'custom_id'],
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      )
    ids.add(id)
  }
}

function checkButton(path: Path, fields: Readonly<Record<string, unknown>>): void {
  onlyKnown(path, fields, ['type', 'id', 'style', 'label', 'emoji', 'custom_id', 'url', 'disabled', 'sku_id'])
  const style = choiceAt([...path, 'style'], fields.style, [1, 2, 3, 4, 5, 6])
  if (fields.label !== undefined) textAt([...path, 'label'], fields.label, { max: 80 })
  if (fields.label === undefined && fields.emoji === undefined)
    throw invalid(path, 'BUTTON_COMPONENT_REQUIRES_LABEL_OR_EMOJI', 'A button must have a label or an emoji')
  if (fields.emoji !== undefined) {
    const emoji = fieldsAt([...path, 'emoji'], fields.emoji)
    if (emoji.id == null && !/\p{Extended_Pictographic}/u.test(String(emoji.name)))
      throw invalid([...path, 'emoji', 'name'], 'COMPONENT_INVALID_EMOJI', 'Invalid emoji')
  }
  if (style === 5 ? typeof fields.url !== 'string' : style !== 6 && fields.custom_id === undefined)
    throw invalid(
      [...path, style === 5 ? 'url' : 'custom_id'],
      'BASE_TYPE_REQUIRED',
      'This field is required',
    )
}

/** A modal: a title of 45, one to five text inputs, each labelled with at most 45. */
export function checkModal(value: unknown): void {
  const fields = fieldsAt(['data'], value)
  onlyKnown(['data'], fields, ['title', 'custom_id', 'components'])
  textAt(['data', 'title'], fields.title, { min: 1, max: 45 })
  textAt(['data', 'custom_id'], fields.custom_id, { min: 1, max: 100 })
  const ids = new Set<string>()
  const rows = listAt(['data', 'components'], fields.components, { min: 1, max: 5 })
  for (const [index, row] of rows.entries()) {
    const path: Path = ['data', 'components', index]
    const outer = fieldsAt(path, row)
    const type = choiceAt([...path, 'type'], outer.type, [1, 10, 18])
    if (type === 10) continue
    if (type === 18) textAt([...path, 'label'], outer.label, { min: 1, max: 45 })
    const input =
      type === 18 ? outer.component : listAt([...path, 'components'], outer.components, { min: 1, max: 1 })[0]
    checkInput([...path, type === 18 ? 'component' : 'components'], input, type === 1, ids)
  }
}

function checkInput(path: Path, value: unknown, labelled: boolean, ids: Set<string>): void {
  const input = fieldsAt(path, value)
  if (input.type !== 4 && !labelled) return
  choiceAt([...path, 'type'], input.type, [4])
  onlyKnown(path, input, [
    'type',
    'id',
    'custom_id',
    'style',
    'label',
    'min_length',
    'max_length',
    'required',
    'value',
    'placeholder',
  ])
  choiceAt([...path, 'style'], input.style, [1, 2])
  if (labelled) textAt([...path, 'label'], input.label, { min: 1, max: 45 })
  if (input.placeholder !== undefined) textAt([...path, 'placeholder'], input.placeholder, { max: 100 })
  const max = typeof input.max_length === 'number' ? input.max_length : 4000
  if (max < 1 || max > 4000)
    throw invalid([...path, 'max_length'], 'NUMBER_TYPE_MAX', 'int value should be between 1 and 4000.')
  if (input.value !== undefined) textAt([...path, 'value'], input.value, { max })
  const id = textAt([...path, 'custom_id'], input.custom_id, { min: 1, max: 100 })
  if (ids.has(id))
    throw invalid(
      [...path, 'custom_id'],
      'COMPONENT_CUSTOM_ID_DUPLICATED',
      'Component custom id cannot be duplicated',
    )
  ids.add(id)
}
