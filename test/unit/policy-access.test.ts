import { describe, expect, it } from 'vitest'
import { type AccessRules, mayUse, mayUseIn, type Visit } from '../../src/policy/access.ts'

const open: AccessRules = { workspaces: 'any', channels: 'any', people: 'any', roles: 'any', dms: true }
const ann: Visit = {
  by: { id: 'ann', bot: false, foreign: false, roles: ['staff'] },
  workspace: 'w1',
  channel: 'c1',
  direct: false,
}
const kind = (rules: Partial<AccessRules>, visit: Partial<Visit> = {}, by: Partial<Visit['by']> = {}) =>
  mayUse({ ...open, ...rules }, { ...ann, ...visit, by: { ...ann.by, ...by } }).kind

describe('access', () => {
  it('is everybody’s where nothing narrows it', () => {
    expect(kind({})).toBe('yes')
    expect(kind({}, { direct: true })).toBe('yes')
  })

  it('ignores bots without a word, even named ones', () => {
    expect(kind({ people: ['ann'] }, {}, { bot: true })).toBe('ignored')
  })

  it('ignores people of other companies unless they are named', () => {
    expect(kind({}, {}, { foreign: true })).toBe('ignored')
    expect(kind({ people: ['ann'] }, {}, { foreign: true })).toBe('yes')
  })

  it('takes people of other companies where they are invited, all or those of some teams', () => {
    expect(kind({ foreign: true }, {}, { foreign: true })).toBe('yes')
    expect(kind({ foreign: ['T2'] }, {}, { foreign: true, home: 'T2' })).toBe('yes')
    expect(kind({ foreign: ['T2'] }, {}, { foreign: true, home: 'T3' })).toBe('ignored')
    expect(kind({ foreign: ['T2'] }, {}, { foreign: true })).toBe('ignored')
    expect(kind({ foreign: true, people: ['bob'] }, {}, { foreign: true })).toBe('no')
    expect(kind({ foreign: true }, {}, { foreign: true, bot: true })).toBe('ignored')
  })

  it.each(['workspaces', 'channels', 'people'] as const)('is narrowed by a list of %s', (list) => {
    const own = { workspaces: 'w1', channels: 'c1', people: 'ann' }[list]
    expect(kind({ [list]: [own] })).toBe('yes')
    expect(kind({ [list]: ['another'] })).toBe('no')
    expect(kind({ [list]: [] })).toBe('no')
  })

  it('takes people or roles, whichever fits', () => {
    expect(kind({ roles: ['staff'] })).toBe('yes')
    expect(kind({ roles: ['admin'] })).toBe('no')
    expect(kind({ roles: ['admin'], people: ['ann'] })).toBe('yes')
    expect(kind({ roles: ['staff'], people: ['bob'] })).toBe('yes')
  })

  it('binds direct messages to workspaces where their workspace is known', () => {
    expect(kind({ workspaces: ['w1'] }, { direct: true })).toBe('yes')
    expect(kind({ workspaces: ['w2'] }, { direct: true })).toBe('no')
    expect(kind({ workspaces: [] }, { direct: true, workspace: 'local' })).toBe('yes')
  })

  it('tells whether somebody may use Parley anywhere in a workspace, whatever holds in direct messages', () => {
    const anywhere = (rules: Partial<AccessRules>) => mayUseIn({ ...open, ...rules }, ann)
    expect(anywhere({ dms: false, channels: ['c9'] })).toBe(true)
    expect(anywhere({ dms: false, people: ['bob'] })).toBe(false)
    expect(anywhere({ dms: false, workspaces: ['w2'] })).toBe(false)
  })

  it('binds direct messages to people, not to the list of channels', () => {
    expect(kind({ channels: ['c9'] }, { direct: true })).toBe('yes')
    expect(kind({ workspaces: ['w1'] }, { direct: true, workspace: '@me' })).toBe('yes')
    expect(kind({ workspaces: ['w1'] }, { workspace: '@me' })).toBe('no')
    expect(kind({ people: ['bob'] }, { direct: true })).toBe('no')
    expect(kind({ dms: false }, { direct: true })).toBe('no')
    expect(kind({ dms: false })).toBe('yes')
  })

  it('says which id to add, and where', () => {
    const answer = mayUse({ ...open, people: ['bob'] }, ann)
    expect(answer).toEqual({
      kind: 'no',
      words: 'You may not use me yet. Whoever runs Parley can add ann to access.people in parley.yaml.',
    })
  })
})
