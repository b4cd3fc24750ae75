import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { responsesReader } from '../../adapters/openai/responses-events.ts'

/** The SDK's own types, as text: what this version says can come. */
const types = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve('openai')), 'resources/responses/responses.d.ts'),
  'utf8',
)

test('each event of the SDK’s union is told or passed over by name', () => {
  const names = namesIn(types)
  expect(names.length).toBeGreaterThan(50)
  expect(names).toContain('response.output_text.delta')
  expect(names.filter(isUnknown)).toEqual([])
})

test('an event that a new SDK adds is seen', () => {
  const newer = types
    .replace('export type ResponseStreamEvent = ', 'export type ResponseStreamEvent = ResponseDreamEvent | ')
    .concat("\nexport interface ResponseDreamEvent {\n    type: 'response.dream.delta';\n}\n")
  expect(namesIn(newer).filter(isUnknown)).toEqual(['response.dream.delta'])
})

function isUnknown(type: string): boolean {
  const response = { model: 'm', error: null, incomplete_details: null }
  const event = { type, response, item: { type: 'message' }, delta: '', annotation: {} }
  return responsesReader()(event as never).kind === 'unknown'
}

/** Throws for a member whose name it can't read, so that a new layout of the file does not pass unseen. */
function namesIn(source: string): string[] {
  const union = /^export type ResponseStreamEvent = ([^;]+);/m.exec(source)?.[1]
  if (union === undefined) throw new Error('The SDK’s types have no ResponseStreamEvent')
  return union.split('|').map((member) => nameOf(member.trim(), source))
}

function nameOf(member: string, source: string): string {
  const body = new RegExp(`^export interface ${member} \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(source)?.[1]
  const name = /^ {4}type: '([^']+)';/m.exec(body ?? '')?.[1]
  if (name === undefined) throw new Error(`The SDK’s types do not say what ${member} is called`)
  return name
}
