import { readFileSync } from 'node:fs'
import { defaultPolicy } from './policy-defaults.ts'
import type { Policy } from './policy-schema.ts'
import type { Problem } from './problem.ts'

export type PolicyRead =
  | { readonly kind: 'read'; readonly policy: Policy }
  | { readonly kind: 'bad'; readonly problems: readonly Problem[] }

/** Where the environment names the file. */
export interface Named {
  readonly source: string
  readonly line: number | null
}

/** 1 MB: far above any hand-written file, low enough that a wrong path can't stall the start. */
const mostBytes = 1_048_576

/** Reads and checks parley.yaml. A missing file gives the defaults, unless somebody asked for it by name. */
export async function readPolicy(path: string, name: string, named: Named | null): Promise<PolicyRead> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing && named === null) return { kind: 'read', policy: defaultPolicy }
    const why = missing ? 'there is no such file' : 'the file can’t be read'
    const at =
      named === null ? { source: name, line: null, name: 'The file' } : { ...named, name: 'PARLEY_CONFIG' }
    return bad({ ...at, found: `names ${path}, but ${why}`, mend: 'mend the path, or take it away' })
  }
  if (text.length > mostBytes)
    return bad({
      source: name,
      line: null,
      name: 'The file',
      found: 'is larger than 1 MB',
      mend: 'name the right file',
    })
  // The parser and the schema take some 100 ms and 20 MB to load: only who has a file pays for them.
  const { parsePolicy } = await import('./policy-yaml.ts')
  return parsePolicy(text, name)
}

function bad(problem: Problem): PolicyRead {
  return { kind: 'bad', problems: [problem] }
}
