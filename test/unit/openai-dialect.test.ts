import { describe, expect, test } from 'vitest'
import { firstDialect, learn } from '../../adapters/openai/dialect.ts'
import { dialectMemory } from '../../adapters/openai/dialects.ts'
import type { Problem } from '../../adapters/openai/problem.ts'

describe('what is learnt', () => {
  const refusal: Problem = {
    status: 400,
    code: 'unsupported_parameter',
    type: null,
    param: 'temperature',
    message: '',
    requestId: null,
    retryAfterMs: null,
  }

  test.each([
    ['text.format', 'response_format'],
    ['stop[0]', 'stop'],
    ['max_output_tokens', 'max_tokens'],
    ['stream_options.include_usage', 'stream_options'],
  ])('%s means %s', (param, name) => {
    expect(learn(firstDialect(true), { ...refusal, param })?.left).toEqual(new Set([name]))
  })

  test.each([
    ['another status', { status: 500 }],
    ['a field we need', { param: 'input' }],
    [
      'a schema that is wrong',
      { code: 'invalid_json_schema', param: 'text.format', message: 'x is not permitted' },
    ],
    [
      'a schema that is wrong, with a code that says nothing',
      {
        code: null,
        param: 'response_format',
        message: "400 Invalid schema for response_format 'x': In context=(), 'default' is not permitted.",
      },
    ],
    [
      'words about a safety system',
      {
        code: null,
        param: null,
        message: 'Text that is not allowed by our safety system. See the message in your account.',
      },
    ],
    ['an ordinary word', { code: null, param: null, message: 'An unexpected error: could not store it.' }],
  ])('nothing from %s', (_name, change) => {
    expect(learn(firstDialect(true), { ...refusal, ...change })).toBeNull()
  })

  test.each([
    ['System role not supported', 'developer'],
    ["Unexpected role 'system'", 'developer'],
    ['developer messages are not supported', 'system'],
  ])('the other role from: %s', (message, role) => {
    const problem = { ...refusal, code: null, param: null, message }
    expect(learn(firstDialect(role === 'system'), problem)?.role).toBe(role)
  })

  test('the memory is bounded', () => {
    const memory = dialectMemory(true)
    const narrow = learn(firstDialect(true), refusal)!
    for (let index = 0; index < 300; index++) memory.remember(`model-${index}`, narrow)
    expect(memory.of('model-0').left.size).toBe(0)
    expect(memory.of('model-299')).toBe(narrow)
  })
})
