import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { policySchema } from '../../src/config/policy-schema.ts'
import { variables } from '../../src/config/variables.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import { installLink } from '../../src/doctor/discord-check.ts'

const root = new URL('../..', import.meta.url).pathname
const page = readFileSync(`${root}docs/discord.md`, 'utf8')
const readme = readFileSync(`${root}README.md`, 'utf8')

/** The left cells of the rows below a table's head. */
function leftOf(head: string): string[] {
  const rows = page.slice(page.indexOf(head)).split('\n\n')[0]?.split('\n').slice(2) ?? []
  return rows.map((row) => row.split(/(?<!\\)\|/)[1]?.trim() ?? '')
}

const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

it('the page about Discord lists exactly the commands that people can type, and names each menu', () => {
  const typed = commands
    .filter(({ menuOnly, buttonOnly }) => !menuOnly && !buttonOnly)
    .map(({ name }) => `/${name}`)
  expect(leftOf('| command | does |').flatMap(codes).toSorted()).toEqual(typed.toSorted())
  for (const { menu } of commands) if (menu !== undefined) expect(page).toContain(`*${menu}*`)
  for (const name of typed) expect(readme).toContain(`\`${name}\``)
})

it('its permissions are those of the link that the doctor prints', () => {
  const bits = new URL(installLink('1')).searchParams.get('permissions')
  expect(page).toContain(`permissions=${bits}`)
})

it('it speaks of no setting that does not exist', () => {
  for (const name of leftOf('| variable | meaning |').flatMap(codes)) expect(variables).toHaveProperty(name)
  const known = Object.keys(policySchema.shape)
  const keys = leftOf('| key | meaning | default |').flatMap(codes)
  expect(keys.length).toBeGreaterThan(4)
  for (const key of keys) expect(known).toContain(key.split(':')[0])
})

it('what it quotes of Parley’s words is what Parley says', () => {
  const sources = globSync('{src,adapters}/**/*.ts', { cwd: root })
    .map((path) => readFileSync(root + path, 'utf8'))
    .join('\n')
  // Discord's own words; not ours to find.
  const ofDiscord = ['The application did not respond']
  const quoted = leftOf('| what you see | what to do |')
    .flatMap((cell) => [...cell.matchAll(/\*([^*]+)\*/g)].map(([, words = '']) => words))
    .filter((words) => !ofDiscord.includes(words))
  expect(quoted.length).toBeGreaterThan(3)
  // Numbers and names are filled in.
  for (const words of quoted) for (const part of words.split(/\d+ … /)) expect(sources).toContain(part)
})
