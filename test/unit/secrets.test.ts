import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createScrubber } from '../../src/observe/secrets.ts'

const secret = 'sk-proj-a+b/c="d"\\e&é-0123456789'

describe('the scrubber', () => {
  const scrub = createScrubber([secret, 'other-secret-value', '', 'k1'])

  it.each([
    ['as it is', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['escaped in JSON', JSON.stringify({ key: secret })],
    ['escaped in JSON inside JSON', JSON.stringify({ body: JSON.stringify({ key: secret }) })],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in URL-safe base64', Buffer.from(secret).toString('base64url')],
    ['in a basic authorization', Buffer.from(`u:${secret}`).toString('base64')],
    ['in a basic authorization, one letter on', Buffer.from(`us:${secret}:x`).toString('base64')],
  ])('takes a secret out %s', (_name, text) => {
    const left = scrub(`before ${text} after`)
    expect(left).toContain('[secret]')
    expect(left).not.toContain('0123456789')
    // Base64 that is left must be too short to rebuild the secret from.
    const encoded = left.match(/[\w+/-]{12,}/g) ?? []
    for (const rest of encoded) expect(text).not.toContain(rest)
  })

  it('leaves other text as it is', () => {
    expect(scrub('nothing to see: sk-proj')).toBe('nothing to see: sk-proj')
    expect(createScrubber([])('anything')).toBe('anything')
  })

  it('takes a short secret out only where it stands alone', () => {
    expect(scrub('Bearer k1, k12, ak1, "k1"')).toBe('Bearer [secret], k12, ak1, "[secret]"')
  })

  it('finds any secret in any surroundings, plain and in base64', () => {
    const secrets = fc.string({ minLength: 12, maxLength: 60, unit: 'binary' })
    fc.assert(
      fc.property(
        secrets,
        fc.string({ maxLength: 20 }),
        fc.string({ maxLength: 20 }),
        (found, before, after) => {
          const take = createScrubber([found])
          expect(take(`${before}${found}${after}`)).toContain('[secret]')
          expect(take(Buffer.from(`${before}${found}${after}`).toString('base64'))).toContain('[secret]')
        },
      ),
    )
  })
})
