import { readFileSync } from 'node:fs'
import { parse } from 'dotenv'
import { ConfigError } from './problem.ts'

/** A `.env` with the line of each name. */
export interface EnvFile {
  readonly values: Readonly<Record<string, string>>
  readonly lineOf: (name: string) => number | null
  /** Lines that are neither a comment nor `NAME=value`; dotenv passes over them without a word. */
  readonly strays: readonly number[]
  /** Names whose value begins with a quote that is closed nowhere below. */
  readonly unclosed: readonly string[]
}

/** null when there is no such file; a `ConfigError` when there is one that can't be read. */
export function readEnvFile(path: string): EnvFile | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new ConfigError([
      {
        source: '.env',
        line: null,
        name: 'The file',
        found: 'can’t be read',
        mend: `check who may read ${path}`,
      },
    ])
  }
  return parseEnvFile(text)
}

export function parseEnvFile(text: string): EnvFile {
  const lines = new Map<string, number>()
  const strays: number[] = []
  const unclosed: string[] = []
  let open: string | null = null
  const written = text.split(/\r\n|\n|\r/)
  written.forEach((line, index) => {
    if (open !== null) {
      if (line.includes(open)) open = null
      return
    }
    const entry = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*|:\s+)(.*)$/.exec(line)
    if (entry?.[1] !== undefined) {
      lines.set(entry[1], index + 1)
      open = openQuote(entry[2] ?? '')
      const quote = open
      if (quote !== null && !written.slice(index + 1).some((below) => below.includes(quote))) {
        unclosed.push(entry[1])
        open = null
      }
    } else if (!/^\s*(#.*)?$/.test(line)) strays.push(index + 1)
  })
  return { values: parse(text), lineOf: (name) => lines.get(name) ?? null, strays, unclosed }
}

/** The quote of a value that goes on over the next lines. */
function openQuote(value: string): string | null {
  const quote = /^["'`]/.exec(value)?.[0]
  return quote !== undefined && !value.slice(1).includes(quote) ? quote : null
}
