import { globSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { breaches, importsOf } from './boundary-rules.ts'

const root = new URL('../../', import.meta.url)
// The pages of the playground run in a browser, where these rules mean nothing.
const files = globSync('{src,adapters}/**/*.{ts,js}', { cwd: root })
  .map((path) => path.replaceAll(sep, '/'))
  .filter((path) => !path.startsWith('adapters/web/public/'))

describe('the house', () => {
  it('keeps to "src decides, adapters do"', () => {
    expect(files.length).toBeGreaterThan(50)
    const sources = new Map(files.map((path) => [path, readFileSync(new URL(path, root), 'utf8')]))
    expect(breaches(sources)).toEqual([])
  })
})

describe('the checker', () => {
  const check = (path: string, text: string) => breaches(new Map([[path, text]]))

  it.each([
    ['src/reply/writer.ts', "import { a } from '../../adapters/web/a.ts'"],
    ['src/reply/writer.ts', "import type { A } from '../../adapters/web/a.ts'"],
    ['src/reply/writer.ts', "export * from '../../adapters/web/a.ts'"],
    ['src/reply/writer.ts', "import '../../adapters/web/a.ts'"],
    ['src/reply/writer.ts', "const a = await import('../../adapters/web/a.ts')"],
    ['src/reply/writer.ts', "type A = typeof import('../../adapters/web/a.ts')"],
    ['src/reply/writer.ts', "new Worker(new URL('../../adapters/web/a.ts', import.meta.url))"],
    ['src/reply/writer.ts', 'const a = await import(name)'],
    ['src/reply/writer.ts', 'const a = await import(`../../adapters/web/a.ts`)'],
    ['src/reply/writer.ts', "import {\n  a,\n  b,\n} from 'openai'"],
    ['src/reply/writer.ts', "import type { Client } from 'discord.js'"],
    ['adapters/web/web.ts', "import { REST } from 'discord.js'"],
    ['adapters/web/web.ts', "import { Routes } from 'discord-api-types/v10'"],
    ['src/main.ts', "const { REST } = await import('@discordjs/rest')"],
    ['src/reply/writer.ts', "import { WebClient } from '@slack/web-api'"],
    ['src/reply/writer.ts', "import { DatabaseSync } from 'node:sqlite'"],
    ['src/reply/writer.ts', "import { a } from '../../test/fakes/clock.ts'"],
    ['adapters/web/web.ts', "import { a } from '../sqlite/open.ts'"],
    ['adapters/web/rest/chat.ts', "import { a } from '../../openai/model.ts'"],
    ['adapters/web/web.ts', "import { start } from '../../src/main.ts'"],
    ['src/ports/store.ts', 'export const size = 5'],
    ['src/ports/store.ts', 'export function make(): number {\n  return 1\n}'],
    ['src/ports/store.ts', "import type { A } from '../policy/budget.ts'"],
    ['src/ports/failure.ts', 'export class A extends Error {\n}\nexport const size = 5'],
  ])('sees red in %s: %s', (path, text) => expect(check(path, text)).toHaveLength(1))

  it.each([
    ['src/main.ts', "const { a } = await import('../adapters/web/a.ts')\nimport OpenAI from 'openai'"],
    ['src/reply/writer.ts', "import { marked } from 'marked'\nimport { b } from '../ports/model.ts'"],
    ['src/reply/writer.ts', "import count from 'gpt-tokenizer/encoding/o200k_base'\nimport 'node:fs'"],
    ['src/reply/writer.ts', "/** As import('openai') would. */\n// import a from 'openai'"],
    [
      'adapters/web/rest/chat.ts',
      "import { a } from '../body.ts'\nimport type { B } from '../../../src/ports/model.ts'",
    ],
    [
      'src/ports/store.ts',
      "/** Types. */\nimport type { A } from './model.ts'\nexport interface B {\n  a: A\n}",
    ],
    [
      'adapters/discord/wire.ts',
      "import { REST } from 'discord.js'\nimport { Routes } from 'discord-api-types/v10'",
    ],
    ['src/ports/failure.ts', "/** Words. */\nexport class A extends Error {\n  readonly kind = 'a'\n}"],
  ])('lets %s be: %s', (path, text) => expect(check(path, text)).toEqual([]))

  it('finds every kind of import in one file', () => {
    const text =
      "import a from 'a'\nexport { b } from 'b'\nconst c = () => import('c')\nlet d: import('d').D\nimport 'e'\n"
    expect(importsOf(text).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})
