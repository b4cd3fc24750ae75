import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml'
import type { z } from 'zod'
import { didYouMean } from './nearest.ts'
import type { PolicyRead } from './policy-file.ts'
import { policySchema } from './policy-schema.ts'
import { type Problem, shown } from './problem.ts'
import { knownKeys, leaves } from './schema-issues.ts'

type Path = readonly PropertyKey[]

/** Checks the text of a parley.yaml; `name` is how the person calls the file. */
export function parsePolicy(text: string, name = 'parley.yaml'): PolicyRead {
  const lines = new LineCounter()
  // Every key is a string: an unquoted Discord id is a number that JavaScript would round.
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true, prettyErrors: false })
  const lineOf = (position: number) => lines.linePos(position).line
  if (document.errors.length > 0)
    return {
      kind: 'bad',
      problems: document.errors.map((error) => ({
        source: name,
        line: lineOf(error.pos[0]),
        name: 'The file',
        found: 'is not valid YAML here',
        mend: error.message.replace(/\.$/, ''),
      })),
    }
  visit(document, { Scalar: (_key, node) => keepLongNumbers(node) })
  const value = unfolded(document)
  if (value.kind === 'bomb')
    return { kind: 'bad', problems: [{ source: name, line: null, name: 'The file', ...tooManyAliases }] }
  const read = policySchema.safeParse(value.value ?? {})
  if (read.success) return { kind: 'read', policy: read.data }
  const at = (path: Path) => ({
    source: name,
    line: lineOf(startOf(document, path)),
    name: path.map(String).join('.'),
  })
  return {
    kind: 'bad',
    problems: leaves(read.error.issues).flatMap((issue) => problemsOf(issue, document, at)),
  }
}

function problemsOf(
  issue: z.core.$ZodIssue,
  document: Document,
  at: (path: Path) => Pick<Problem, 'source' | 'line' | 'name'>,
): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(policySchema, issue.path)
    return issue.keys.map((key) => ({
      ...at([...issue.path, key]),
      found: 'is not a setting of Parley',
      mend: [didYouMean(key, known), `allowed: ${known.join(', ')}`].filter(Boolean).join(' '),
    }))
  }
  const group = issue.code === 'invalid_type' && (issue.expected === 'object' || issue.expected === 'record')
  const known = group ? knownKeys(policySchema, issue.path) : []
  const allowed = !group ? issue.message : known.length > 0 ? `a group with ${known.join(', ')}` : 'a group'
  const found = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true)
  const where = issue.path.length === 0 ? { ...at(issue.path), name: 'The file' } : at(issue.path)
  return [
    {
      ...where,
      found: found === undefined ? 'is missing' : `is ${shownNode(found)}`,
      mend: `allowed: ${allowed}`,
    },
  ]
}

function shownNode(node: unknown): string {
  if (isSeq(node)) return shown([])
  if (isMap(node)) return shown({})
  return shown(isScalar(node) ? node.value : node)
}

const tooManyAliases = {
  found: 'repeats itself by aliases (*name) more than 100 times, or without end',
  mend: 'write the values out',
}

/** Throws by design when aliases of aliases would fill the memory. */
function unfolded(document: Document): { kind: 'value'; value: unknown } | { kind: 'bomb' } {
  try {
    return { kind: 'value', value: withoutNulls(document.toJS({ maxAliasCount: 100 })) }
  } catch (error) {
    // A RangeError: an alias inside of what it names never ends.
    if (error instanceof ReferenceError || error instanceof RangeError) return { kind: 'bomb' }
    throw error
  }
}

/** An id above 2^53 stays as it was written. */
function keepLongNumbers(node: Scalar): void {
  const { value, source } = node
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && source)
    node.value = source
}

/** A key whose value is left out, or commented out, counts as not there. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNulls(inner)]))
}

/** Where the key at `path` begins, or the nearest group around it. */
function startOf(document: Document, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true)
    const last = path[depth - 1]
    const start = startIn(parent, last)
    if (start !== null) return start
  }
  return 0
}

function startIn(parent: unknown, name: PropertyKey | undefined): number | null {
  const found = isSeq(parent)
    ? parent.items[Number(name)]
    : isMap(parent)
      ? parent.items.map((item) => (isPair(item) ? item.key : null)).find((key) => isNamed(key, name))
      : null
  return isNode(found) ? (found.range?.[0] ?? null) : null
}

function isNamed(key: unknown, name: PropertyKey | undefined): boolean {
  return isScalar(key) && String(key.value) === String(name)
}
