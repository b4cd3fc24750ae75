import { fieldsAt, listAt, onlyKnown } from './fields.ts'
import type { Pings } from './ledger.ts'
import { invalid } from './refusal.ts'

/** What a text names, whether or not it rings. */
export function mentionsIn(text: string): Pings {
  return {
    everyone: /@(everyone|here)\b/.test(text),
    users: [...new Set([...text.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id!))],
    roles: [...new Set([...text.matchAll(/<@&(\d+)>/g)].map(([, id]) => id!))],
  }
}

/** Whom a text rings for under `allowed_mentions`; left out, everybody it names and the author it replies to. */
export function pingsOf(text: string, allowed: unknown, repliedTo: string | null): Pings {
  const named = mentionsIn(text)
  const withAuthor = (users: readonly string[]) =>
    repliedTo === null ? users : [...new Set([...users, repliedTo])]
  if (allowed === undefined || allowed === null) return { ...named, users: withAuthor(named.users) }
  const fields = fieldsAt(['allowed_mentions'], allowed)
  onlyKnown(['allowed_mentions'], fields, ['parse', 'users', 'roles', 'replied_user'])
  const parse = listAt(['allowed_mentions', 'parse'], fields.parse ?? [], { max: 3 })
  const users = listAt(['allowed_mentions', 'users'], fields.users ?? [], { max: 100 })
  const roles = listAt(['allowed_mentions', 'roles'], fields.roles ?? [], { max: 100 })
  for (const [kind, list] of [
    ['users', users],
    ['roles', roles],
  ] as const)
    if (parse.includes(kind) && list.length > 0)
      throw invalid(
        ['allowed_mentions'],
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      )
  const rung = {
    everyone: parse.includes('everyone') && named.everyone,
    users: parse.includes('users') ? named.users : named.users.filter((id) => users.includes(id)),
    roles: parse.includes('roles') ? named.roles : named.roles.filter((id) => roles.includes(id)),
  }
  return fields.replied_user === true ? { ...rung, users: withAuthor(rung.users) } : rung
}
