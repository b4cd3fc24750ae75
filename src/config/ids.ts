import type { Policy } from './policy-schema.ts'

/**
 * Ids in parley.yaml that no platform can know, a sentence for each list. What Parley hears of is compared with them letter
 * by letter, so that a name is silently never met. `chats`: Discord or Slack is set up. Without them only the playground's
 * channels and people can be meant, and their names are their ids.
 */
export function idNotices({ access, channels }: Policy, chats: boolean): string[] {
  const lists: readonly (readonly [string, keyof typeof shapes, 'any' | boolean | readonly string[]])[] = [
    ['channels', 'channel', Object.keys(channels)],
    ['access.channels', 'channel', access.channels],
    ['access.people', 'person', access.people],
    ['access.workspaces', 'workspace', access.workspaces],
    ['access.foreign', 'workspace', access.foreign],
    ['access.roles', 'role', access.roles],
  ]
  return lists.flatMap(([key, kind, list]) => {
    if (typeof list !== 'object') return []
    const odd = list.filter((id) => (chats ? !shapes[kind].test(id) : marked.test(id)))
    if (odd.length === 0) return []
    const more = odd.length > shownAtOnce ? `, and ${odd.length - shownAtOnce} more` : ''
    const named = odd.slice(0, shownAtOnce).map((id) => JSON.stringify(id.slice(0, 50)))
    const known = chats && names.has(kind) ? ', which the playground alone knows' : ''
    const which = odd.length === 1 ? 'looks like a name' : 'look like names'
    return [`${key} in parley.yaml: ${named.join(', ')}${more} ${which}${known}. ${lookOf[kind]}`]
  })
}

const shownAtOnce = 3

/** Discord's snowflakes have 17 digits and more; Slack's ids a letter for what they name, then capitals and digits. */
const shapes = {
  channel: /^(\d{15,20}|[CDG][A-Z\d]{2,})$/,
  person: /^(\d{15,20}|[UW][A-Z\d]{2,})$/,
  workspace: /^(\d{15,20}|[TE][A-Z\d]{2,}|@me|local)$/,
  role: /^\d{15,20}$/,
}

/** As people write names of channels and of each other; no id begins so. */
const marked = /^(#|@(?!me$))/

const names: ReadonlySet<keyof typeof shapes> = new Set(['channel', 'person'])

const onDiscord = 'on Discord it is a number (Developer Mode, right click, Copy ID)'

const lookOf: Readonly<Record<keyof typeof shapes, string>> = {
  channel: `An id is wanted: on Slack it begins with C and is at the end of the channel’s About; ${onDiscord}.`,
  person: `An id is wanted: on Slack it begins with U (profile, Copy member ID); ${onDiscord}.`,
  workspace: `An id is wanted: on Slack it begins with T and is in the workspace’s address in the browser; ${onDiscord}.`,
  role: 'An id is wanted: on Discord it is a number (Developer Mode, right click, Copy ID); Slack has no roles.',
}
