import type { Features } from './features.ts'

/** What each scope of the bot is for, in the words of a person who decides whether to grant it. */
const always = {
  'app_mentions:read': 'to hear when it is mentioned',
  'channels:history':
    'to hear what is said in its threads in public channels, and to fetch what it missed there',
  'groups:history': 'the same in private channels it was added to',
  'mpim:history': 'the same in group messages it was added to',
  'channels:read': 'to know in which public channels it may have missed something, and their names',
  'groups:read': 'the same of private channels it was added to',
  'mpim:read': 'the same of group messages it was added to',
  'chat:write': 'to answer',
  commands: 'for /ask, /parley and the entries in the menu of messages',
  'files:read': 'to look at images, hear voice clips and read files that come with a question',
  'files:write': 'to send sounds and pictures, and to put a very long answer into a file',
  'reactions:read': 'to read an answer aloud when somebody puts 🔊 (:loud_sound:) on it',
  'usergroups:read': 'to write groups of people by their names',
  'users:read': 'to write people by their names, and to tell those of other companies',
} as const

const forDirectMessages = {
  'assistant:write': 'for its place among Slack’s agents: its status, titles and suggestions',
  'im:history': 'to hear direct messages, and to fetch what it missed there',
  'im:read': 'to know in which of them it may have missed something',
} as const

export type Scope = keyof typeof always | keyof typeof forDirectMessages

/** The scopes that the bot needs, the least that will do, each with what it is for. In the order of the alphabet. */
export function scopesFor({ direct }: Pick<Features, 'direct'>): ReadonlyMap<Scope, string> {
  const scopes = { ...always, ...(direct ? forDirectMessages : {}) }
  const names = Object.keys(scopes) as (keyof typeof scopes)[]
  return new Map(names.toSorted().map((name) => [name, scopes[name] ?? '']))
}

/** What is missing of `granted`, each with what it is for. */
export function missingScopes(
  features: Pick<Features, 'direct'>,
  granted: readonly string[],
): ReadonlyMap<Scope, string> {
  return new Map([...scopesFor(features)].filter(([scope]) => !granted.includes(scope)))
}
