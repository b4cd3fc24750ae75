import { checkElement, checkText, fail, known, limit } from './element-rules.ts'
import { isObject } from './method.ts'
import { explained, Refusal } from './refusal.ts'
import type { Json } from './states.ts'

/** The fields of the blocks that exist; https://docs.slack.dev/reference/block-kit/blocks */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  markdown: ['text'],
  section: ['text', 'fields', 'accessory', 'expand'],
  header: ['text', 'level'],
  divider: [],
  context: ['elements'],
  actions: ['elements'],
  context_actions: ['elements'],
  input: ['label', 'element', 'dispatch_action', 'hint', 'optional'],
  image: ['image_url', 'slack_file', 'alt_text', 'title'],
  rich_text: ['elements'],
  file: ['external_id', 'source'],
  table: ['rows', 'column_settings'],
  task_card: ['task_id', 'title', 'details', 'output', 'sources', 'status'],
  plan: ['plan_id', 'title', 'tasks'],
  video: [
    'alt_text',
    'title',
    'thumbnail_url',
    'video_url',
    'author_name',
    'description',
    'provider_name',
    'provider_icon_url',
    'title_url',
  ],
}

/** Where blocks stand decides how many there may be, and which. */
export type Surface = 'message' | 'modal' | 'home'

export interface BlockLimits {
  readonly markdown: number
  readonly blocksTogether: number
}

/** Throws `invalid_blocks` with what is wrong, or `msg_too_long` for a message whose blocks together are too long. */
export function checkBlocks(blocks: unknown, surface: Surface, limits: BlockLimits): readonly Json[] {
  const wrong = surface === 'message' ? 'invalid_blocks' : 'invalid_arguments'
  if (!Array.isArray(blocks)) throw explained(wrong, 'must be an array [json-pointer:/blocks]')
  const most = surface === 'message' ? 50 : 100
  if (blocks.length > most)
    throw explained(wrong, `no more than ${most} items allowed [json-pointer:/blocks]`)
  const blockIds = new Set<string>()
  const actionIds = new Set<string>()
  try {
    for (const [index, block] of blocks.entries()) {
      const at = `/blocks/${index}`
      if (!isObject(block)) throw fail(at, 'must be an object')
      checkBlock(block, at, surface, limits)
      const id = block.block_id
      if (typeof id === 'string') {
        if (blockIds.has(id)) throw fail(`${at}/block_id`, 'must be unique')
        blockIds.add(id)
      }
      for (const element of elementsOf(block)) {
        const action = element.action_id
        if (typeof action !== 'string') continue
        if (actionIds.has(action)) throw fail(at, `action_id '${action}' already exists`)
        actionIds.add(action)
      }
    }
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof TypeError)) throw error
    throw explained(wrong, error.message)
  }
  if (surface === 'message' && lengthOf(blocks as Json[]) > limits.blocksTogether)
    throw new Refusal('msg_too_long')
  return blocks as readonly Json[]
}

/** Of one block: its own elements, not those within rich text. */
export function elementsOf(block: Json): readonly Json[] {
  if (block.type === 'rich_text' || block.type === 'context') return []
  const found = [...(Array.isArray(block.elements) ? block.elements : []), block.accessory, block.element]
  return found.filter(isObject)
}

/** Characters of all that is read in them. */
function lengthOf(blocks: readonly Json[]): number {
  let length = 0
  const add = (value: unknown): void => {
    if (Array.isArray(value)) return void value.forEach(add)
    if (!isObject(value)) return
    for (const [key, inner] of Object.entries(value))
      if (key === 'text' && typeof inner === 'string') length += inner.length
      else add(inner)
  }
  add(blocks)
  return length
}

function checkBlock(block: Json, at: string, surface: Surface, limits: BlockLimits): void {
  const type = String(block.type)
  const fields = FIELDS[type]
  if (fields === undefined) throw fail(at, `unsupported type: ${type}`)
  known(at, block, ['type', 'block_id', ...fields])
  limit(`${at}/block_id`, block.block_id, 255)
  if (type === 'input' && surface === 'message') throw fail(at, 'unsupported type: input')
  if ((type === 'markdown' || type === 'context_actions') && surface !== 'message')
    throw fail(at, `unsupported type: ${type}`)
  if (type === 'markdown') {
    if (typeof block.text !== 'string' || block.text === '')
      throw fail(`${at}/text`, 'must be more than 0 characters')
    limit(`${at}/text`, block.text, limits.markdown)
  }
  if (type === 'section') {
    if (block.text === undefined && block.fields === undefined) throw fail(at, 'missing required field: text')
    if (block.text !== undefined) checkText(`${at}/text`, block.text, 3_000)
    if (block.fields !== undefined)
      each(`${at}/fields`, block.fields, 10, (field, where) => checkText(where, field, 2_000))
    if (block.accessory !== undefined) checkElement(`${at}/accessory`, block.accessory)
  }
  if (type === 'header') checkText(`${at}/text`, block.text, 150, 'plain_text')
  if (type === 'context')
    each(`${at}/elements`, block.elements, 10, (element, where) => {
      if (isObject(element) && element.type === 'image') return checkElement(where, element)
      checkText(where, element, 3_000)
    })
  if (type === 'actions')
    each(`${at}/elements`, block.elements, 25, (element, where) => checkElement(where, element))
  if (type === 'context_actions')
    each(`${at}/elements`, block.elements, 5, (element, where) => {
      if (!isObject(element) || (element.type !== 'feedback_buttons' && element.type !== 'icon_button'))
        throw fail(where, 'must be feedback_buttons or icon_button')
      checkElement(where, element)
    })
  if (type === 'input') {
    checkText(`${at}/label`, block.label, 2_000, 'plain_text')
    if (block.hint !== undefined) checkText(`${at}/hint`, block.hint, 2_000, 'plain_text')
    checkElement(`${at}/element`, block.element)
  }
  if (type === 'image') {
    limit(`${at}/image_url`, block.image_url, 3_000)
    if (typeof block.alt_text !== 'string') throw fail(`${at}/alt_text`, 'missing required field')
  }
  if (type === 'rich_text' && !Array.isArray(block.elements)) throw fail(`${at}/elements`, 'must be an array')
}

function each(at: string, value: unknown, most: number, check: (one: unknown, at: string) => void): void {
  if (!Array.isArray(value)) throw fail(at, 'must be an array')
  if (value.length === 0) throw fail(at, 'no fewer than 1 items required')
  if (value.length > most) throw fail(at, `no more than ${most} items allowed`)
  for (const [index, one] of value.entries()) check(one, `${at}/${index}`)
}
