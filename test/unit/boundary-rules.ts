import { stripTypeScriptTypes } from 'node:module'
import { posix } from 'node:path'

/** Source text by its path from the root, with slashes. */
export type Sources = ReadonlyMap<string, string>

/** Plain libraries: they decide nothing and reach nothing outside. A platform's, a model's or a database's SDK never comes here. */
export const libraries = new Set([
  '@pydantic/genai-prices',
  'dotenv',
  'fastest-levenshtein',
  'file-type',
  'gpt-tokenizer',
  'image-size',
  'marked',
  'pino',
  'pino-pretty',
  'prom-client',
  'yaml',
  'zod',
])

/** Node's own doors to the outside. */
const outside = /^node:(sqlite|https?|http2|tls|dgram|dns|child_process|cluster)(\/|$)/

/** SDKs that belong to one adapter. */
const homes: readonly (readonly [sdk: RegExp, home: string])[] = [
  [/^(discord\.js|discord-api-types|@discordjs)(\/|$)/, 'adapters/discord/'],
  [/^@slack(\/|$)/, 'adapters/slack/'],
  // What decodes strangers' bytes runs in a process of its own, and nowhere else.
  [/^(sharp|heic-decode|bmp-ts|mammoth|chardet|mediabunny|@hyzyla|@evan)(\/|$)/, 'adapters/media/'],
]

const roots = new Set(['src/main.ts', 'src/cli.ts'])

/** Every breach of "src decides, adapters do", as a sentence. */
export function breaches(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => [
    ...importsOf(text).flatMap((name) => breach(path, name) ?? []),
    ...(path.startsWith('src/ports/') ? portBreach(path, text) : []),
  ])
}

function breach(path: string, name: string | null): string | null {
  if (name === null) return `${path} imports something that can’t be read from its text`
  const target = name.startsWith('.') ? posix.join(posix.dirname(path), name) : null
  const home = /^adapters\/[^/]+\//.exec(path)?.[0]
  if (target !== null) {
    if (target.startsWith('test/') || target.startsWith('bench/')) return `${path} reaches ${target}`
    if (home !== undefined && target.startsWith('adapters/') && !target.startsWith(home))
      return `${path} reaches another adapter: ${target}`
    if (home === undefined && target.startsWith('adapters/') && !roots.has(path))
      return `${path} reaches ${target}`
    if (home !== undefined && roots.has(target)) return `${path} reaches ${target}`
    if (path.startsWith('src/ports/') && !target.startsWith('src/ports/')) return `${path} reaches ${target}`
    return null
  }
  const owner = homes.find(([sdk]) => sdk.test(name))?.[1]
  if (owner !== undefined && home !== owner) return `${path} imports ${name}, which belongs to ${owner}`
  if (home !== undefined || roots.has(path)) return null
  if (name.startsWith('node:')) return outside.test(name) ? `${path} reaches outside by ${name}` : null
  const library = /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name
  return libraries.has(library)
    ? null
    : `${path} imports ${name}, which is not on the list of plain libraries`
}

/** src/ports holds interfaces; failure.ts alone has code, its error classes. */
function portBreach(path: string, text: string): string[] {
  const code = stripTypeScriptTypes(text).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  const rest = path.endsWith('/failure.ts') ? withoutErrorClasses(code) : code
  return rest.trim() === '' ? [] : [`${path} holds code: ${rest.trim().split('\n')[0]}`]
}

function withoutErrorClasses(code: string): string {
  return code.replace(/^export class \w+ extends Error \{\n[\s\S]*?^\}$/gm, '')
}

/**
 * What a file imports: statically, dynamically, as types, or as a worker's address. null where the name is computed.
 * Reads text and not syntax: imports stand at the beginning of a line, as the formatter puts them.
 */
export function importsOf(text: string): (string | null)[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const named = [
    /^(?:import|export)\s(?:[^'"`;=]*?\sfrom\s*)?['"]([^'"]+)['"]/gm,
    /\b(?:import|require|import\.meta\.resolve)\s*\(\s*['"]([^'"]+)['"]/g,
    /\bnew URL\(\s*['"](\.[^'"]+\.[jt]s)['"]\s*,\s*import\.meta\.url/g,
  ].flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? null))
  const computed = code.match(/\bimport\s*\(\s*(?!['"\s])/g) ?? []
  return [...named, ...computed.map(() => null)]
}
