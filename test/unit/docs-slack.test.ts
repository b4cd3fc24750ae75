import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { limits } from '../../adapters/slack/limits.ts'
import { scopesFor } from '../../adapters/slack/scopes.ts'
import { policySchema } from '../../src/config/policy-schema.ts'
import { variables } from '../../src/config/variables.ts'
import { commands } from '../../src/conversation/commands/registry.ts'

const root = new URL('../..', import.meta.url).pathname
const page = readFileSync(`${root}docs/slack.md`, 'utf8')
const readme = readFileSync(`${root}README.md`, 'utf8')

/** The cells of the rows below a table's head. */
function rowsOf(head: string): string[][] {
  const rows = page.slice(page.indexOf(head)).split('\n\n')[0]?.split('\n').slice(2) ?? []
  return rows.map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()))
}
const leftOf = (head: string): string[] => rowsOf(head).map(([, left = '']) => left)

const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

it('the page about Slack lists exactly the commands that people can type, and names each menu', () => {
  const typed = commands
    .filter(({ menuOnly, buttonOnly }) => !menuOnly && !buttonOnly)
    .map(({ name }) => (name === 'ask' ? '/ask' : `/parley ${name}`))
  expect(leftOf('| command | does |').flatMap(codes).toSorted()).toEqual(typed.toSorted())
  for (const { menu } of commands) if (menu !== undefined) expect(page).toContain(`*${menu}*`)
  expect(readme).toContain('docs/slack.md')
})

it('it lists the scopes of the manifest, each with what it is for', () => {
  const told = rowsOf('| scope | for |').map(([, scope = '', why]) => [codes(scope)[0], why])
  expect(told).toEqual([...scopesFor({ direct: true })])
})

it('it speaks of no setting that does not exist', () => {
  const named = leftOf('| variable | meaning |').flatMap(codes)
  expect(named.toSorted()).toEqual(
    Object.keys(variables)
      .filter((name) => name.startsWith('SLACK_'))
      .toSorted(),
  )
  const known = Object.keys(policySchema.shape)
  const keys = leftOf('| key | meaning | default |').flatMap(codes)
  expect(keys.length).toBeGreaterThan(4)
  for (const key of keys) expect(known).toContain(key.split(':')[0])
  for (const key of Object.keys(policySchema.shape.slack.unwrap().shape)) expect(page).toContain(`${key}:`)
})

it('its limits are those of the code', () => {
  expect(page).toContain(`${limits.message.toLocaleString('en')} bytes`)
  expect(limits.messagesPerAnswer).toBe(12)
  expect(page).toContain('more than twelve messages')
  expect((limits.streamMs ?? 0) / 60_000).toBe(4)
})

it('what it quotes of Parley’s words is what Parley says', () => {
  const sources = globSync('{src,adapters}/**/*.ts', { cwd: root })
    .map((path) => readFileSync(root + path, 'utf8'))
    .join('\n')
  // Slack's own words; not ours to find.
  const ofSlack = ['dispatch_failed', 'operation_timeout', 'Sending messages to this app has been turned off']
  const quoted = leftOf('| what you see | what to do |')
    .flatMap((cell) => [...cell.matchAll(/\*([^*]+)\*/g)].map(([, words = '']) => words))
    .filter((words) => !ofSlack.includes(words))
  expect(quoted.length).toBeGreaterThan(6)
  for (const words of quoted) expect(sources).toContain(words)
})
