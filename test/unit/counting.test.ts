import { describe, expect, it } from 'vitest'
import { countMessages, countRequest, countStored, imageTokens } from '../../src/conversation/counting.ts'
import { buildMessages } from '../../src/conversation/prompt.ts'
import { countTokens } from '../../src/conversation/tokens.ts'
import type { PromptMessage } from '../../src/ports/model.ts'

const user = (text: string): PromptMessage => ({ role: 'user', content: [{ kind: 'text', text }] })
const nothing = { parts: [], skipped: [] }

describe('counting a prompt', () => {
  it('counts what stands around the words of each message', async () => {
    const one = await countMessages([user('hello')])
    expect(one).toBeGreaterThan(await countTokens('hello'))
    expect(await countMessages([user('hello'), user('hello')])).toBe(2 * one)
  })

  it('counts a picture without reading it', async () => {
    const picture: PromptMessage = {
      role: 'user',
      content: [{ kind: 'image', image: { kind: 'url', url: 'https://example.org/a.png' } }],
    }
    expect(await countMessages([picture])).toBeGreaterThanOrEqual(imageTokens)
  })

  it('counts the form that an answer must have', async () => {
    const request = { instructions: 'Be brief.', messages: [user('hello')], parameters: {} }
    const schema = { type: 'object', description: 'a long story '.repeat(500) }
    const responseFormat = { kind: 'json_schema', name: 'story', schema, strict: true } as const
    const more = await countRequest({ ...request, parameters: { responseFormat } })
    expect(more - (await countRequest(request))).toBeGreaterThan(1_500)
  })

  it('counts a remembered message as long as it is in the prompt of several people', async () => {
    const by = { id: 'p', name: 'Pia of the long name' }
    const message = { text: 'What of it?', quotes: [{ author: 'Max', text: 'line\n'.repeat(50) }], by }
    const asked = { ...message, seq: 0, at: 0, ref: null, files: [] }
    const other = { ...asked, by: { id: 'm', name: 'Max' } }
    const [built] = buildMessages(
      [],
      [
        { asked, seen: nothing },
        { asked: other, seen: nothing },
      ],
    )
    expect(await countStored(message)).toBe(await countMessages(built ? [built] : []))
  })
})
