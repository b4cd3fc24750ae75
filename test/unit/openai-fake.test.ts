import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'

test('the fake runs as a process of its own and says where', async () => {
  const child = spawn(process.execPath, ['test/fakes/openai/serve.ts'], {
    env: { ...process.env, FAKE_KEY: 'sk-child', FAKE_TOKEN_DELAY_MS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [url] = await once(createInterface(child.stdout), 'line')
    const heard = await hear(openAiAt(url, 'responses', { key: 'sk-child' }), asking('Ahoy'))
    expect(heard.text).toBe('You said: “Ahoy”.')
    const refused = await hear(openAiAt(url, 'responses', { key: 'sk-wrong' }), asking('Ahoy'))
    expect(refused.error).toMatchObject({ kind: 'auth' })
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
})
