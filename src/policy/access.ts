import type { Person } from '../ports/event.ts'

/** Who may use Parley, and where: lists of ids, or `any`. */
export interface AccessRules {
  readonly workspaces: 'any' | readonly string[]
  readonly channels: 'any' | readonly string[]
  readonly people: 'any' | readonly string[]
  readonly roles: 'any' | readonly string[]
  readonly dms: boolean
  /** People of other companies (Slack Connect): all, those of these teams, or none; absent: none. */
  readonly foreign?: boolean | readonly string[]
}

export interface Visit {
  readonly by: Pick<Person, 'id' | 'bot' | 'foreign' | 'home' | 'roles'>
  readonly workspace: string
  readonly channel: string
  readonly direct: boolean
}

export type AccessAnswer =
  | { readonly kind: 'yes' }
  /** Not a word to them: bots (two of them would talk for ever) and people of other companies. */
  | { readonly kind: 'ignored'; readonly why: 'bot' | 'foreign' }
  | { readonly kind: 'no'; readonly words: string }

/**
 * The list of channels doesn't bind direct messages, which `dms` does; that of workspaces binds them where their
 * workspace is known. Where people and roles are both listed, being on one of them is enough.
 */
export function mayUse(rules: AccessRules, { by, workspace, channel, direct }: Visit): AccessAnswer {
  if (by.bot) return { kind: 'ignored', why: 'bot' }
  if (by.foreign && !isListed(rules.people, by.id) && !invites(rules, by))
    return { kind: 'ignored', why: 'foreign' }
  if (direct && !rules.dms) return no('Direct messages are switched off here. Ask in a channel instead.')
  if (!(direct && nowhere.has(workspace)) && !allows(rules.workspaces, workspace))
    return no(`This workspace may not use me yet. ${ask(workspace, 'workspaces')}`)
  if (!direct && !allows(rules.channels, channel))
    return no(`I don’t answer in this channel. ${ask(channel, 'channels')}`)
  if (!knows(rules, by)) return no(`You may not use me yet. ${ask(by.id, 'people')}`)
  return { kind: 'yes' }
}

/** Whether somebody may use Parley anywhere in a workspace, direct messages aside. */
export function mayUseIn(rules: AccessRules, { by, workspace }: Pick<Visit, 'by' | 'workspace'>): boolean {
  const visit = { by, workspace, channel: '', direct: false }
  return mayUse({ ...rules, channels: 'any' }, visit).kind === 'yes'
}

/** Direct messages belong to no workspace on Discord, nor in the playground. */
const nowhere: ReadonlySet<string> = new Set(['@me', 'local'])

function knows({ people, roles }: AccessRules, by: Visit['by']): boolean {
  if (people === 'any' && roles === 'any') return true
  return isListed(people, by.id) || by.roles.some((role) => isListed(roles, role))
}

function invites({ foreign = false }: AccessRules, { home }: Visit['by']): boolean {
  if (typeof foreign === 'boolean') return foreign
  return home !== undefined && foreign.includes(home)
}

function allows(list: AccessRules['people'], id: string): boolean {
  return list === 'any' || list.includes(id)
}

/** Named, not merely let through with all others. */
function isListed(list: AccessRules['people'], id: string): boolean {
  return list !== 'any' && list.includes(id)
}

function ask(id: string, list: string): string {
  return `Whoever runs Parley can add ${id} to access.${list} in parley.yaml.`
}

function no(words: string): AccessAnswer {
  return { kind: 'no', words }
}
