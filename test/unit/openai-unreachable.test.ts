import { createServer } from 'node:net'
import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai/error'
import { describe, expect, test } from 'vitest'
import { endpointAt } from '../../adapters/openai/endpoint.ts'
import { toModelError } from '../../adapters/openai/model-error.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { failureWords } from '../../src/conversation/words.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'

describe('without a server', () => {
  test('a refused connection names the host', async () => {
    const port = await freePort()
    const { error } = await hear(openAiAt(`http://127.0.0.1:${port}/v1`, 'chat'), asking('Hi'))
    const words = expect.stringMatching(
      new RegExp(`127\\.0\\.0\\.1:${port}.*nothing is listening.*OPENAI_BASE_URL`),
    )
    expect(error).toMatchObject({ kind: 'network', words })
  })

  test('a connection that never came about names the host, though the SDK calls it a timeout', () => {
    const connecting = Object.assign(new Error('Connect Timeout Error'), { code: 'UND_ERR_CONNECT_TIMEOUT' })
    const fetching = new TypeError('fetch failed', { cause: connecting })
    const error = Object.assign(new APIConnectionTimeoutError(), { cause: fetching })
    const endpoint = endpointAt('http://10.255.255.1:8000/v1', null, systemClock())
    const occasion = { endpoint, model: 'm', requestId: null, answered: false }
    const words = expect.stringMatching(/10\.255\.255\.1:8000 does not respond.*OPENAI_BASE_URL/)
    expect(toModelError(error, occasion)).toMatchObject({ kind: 'network', words })
    expect(toModelError(new APIConnectionTimeoutError(), occasion)).toMatchObject({ kind: 'timeout' })
  })

  test('a name that does not exist is named', async () => {
    const { error } = await hear(openAiAt('http://nowhere.invalid/v1', 'responses'), asking('Hi'))
    expect(error).toMatchObject({ kind: 'network', words: expect.stringContaining('nowhere.invalid') })
  })
})

test('where the operator’s own server is, is for the operator: in the chat it has no address', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const lost = Object.assign(new Error('lookup'), { code: 'ENOTFOUND' })
  const causes = [
    new APIConnectionError({ message: 'no', cause: refused }),
    new APIConnectionError({ message: 'no', cause: lost }),
    new APIConnectionTimeoutError(),
    APIError.generate(401, { message: 'no' }, undefined, new Headers()),
    APIError.generate(404, { message: '<!doctype html>' }, undefined, new Headers()),
    APIError.generate(500, { message: 'gpu3.lan:8000 is down' }, undefined, new Headers()),
    new Error('odd'),
  ]
  const wordsAt = (url: string) => {
    const occasion = {
      endpoint: endpointAt(url, null, systemClock()),
      model: 'm',
      requestId: null,
      answered: false,
    }
    return causes
      .map((cause) => toModelError(cause, occasion))
      .map((error) => [error.words, failureWords(error, 't')])
  }
  for (const [own = '', told] of wordsAt('http://gpu3.lan:8000/v1')) {
    expect(own).toContain('gpu3.lan:8000')
    expect(told).toMatch(/^The model's server /)
    expect(told).not.toContain('gpu3')
  }
  for (const [own, told] of wordsAt('https://api.openai.com/v1')) expect(told).toBe(own)
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port')
  return address.port
}
