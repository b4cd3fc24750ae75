import { expect, it } from 'vitest'
import { done, ids, interactionsWorld, press, shortcut, submission } from './slack-interactions-world.ts'

const org = 'E0ORG00001'
const partner = 'T0PARTNER1'
const enterprise = { id: org, name: 'Org' }

const prompt = {
  name: 'prompt',
  label: 'Prompt',
  lines: 'many',
  value: '',
  longest: 100,
  required: true,
} as const
const form = { title: 'Ask', fields: [prompt] }

/** Parley is installed for the whole organisation; people act in one of its workspaces. */
function organisation() {
  const world = interactionsWorld()
  world.home = { team: org, enterprise: org }
  world.forms = async () => form
  return world
}
const methodsIn = (world: ReturnType<typeof interactionsWorld>) =>
  world.calls.map(({ request: { method, team } }) => [method, team])

it('what one person is told goes by the organisation’s token', async () => {
  const world = organisation()
  await world.hear('action', press('what is this?', { thread_ts: '1795151310.000100' }, { enterprise }))
  expect(methodsIn(world)).toEqual([['chat.postEphemeral', org]])
})

it('the message that a form is about is fetched by the organisation’s token', async () => {
  const world = organisation()
  world.replies = async ({ method }) => done(method === 'views.open' ? {} : { messages: [] })
  await world.hear('shortcut', { ...shortcut('parley.ask'), enterprise })
  const opened = world.calls.find(({ request }) => request.method === 'views.open')!.request
  await world.clock.advance(31 * 60_000)
  await world.hear('view', { ...submission(opened, { prompt: 'why?' }), enterprise })
  expect(methodsIn(world)).toContainEqual(['conversations.history', org])
})

it('a form that somebody of another company sends belongs to the workspace that opened it', async () => {
  const world = interactionsWorld()
  world.forms = async () => form
  await world.hear('shortcut', shortcut('parley.ask'))
  const opened = world.calls.find(({ request }) => request.method === 'views.open')!.request
  const sent = submission(opened, { prompt: 'why?' })
  const theirs = { id: ids.bob, username: 'bob', name: 'bob', team_id: partner }
  await world.hear('view', {
    ...sent,
    team: { id: partner, domain: 'partner' },
    user: theirs,
    view: { ...sent.view, app_installed_team_id: ids.team },
  })
  expect(world.heard).toMatchObject([
    { kind: 'command', by: { id: ids.bob, foreign: true }, place: { conversation: { workspace: ids.team } } },
  ])
})
