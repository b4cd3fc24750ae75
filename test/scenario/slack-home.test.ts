import { describe, expect, it } from 'vitest'
import type { FakePerson } from '../fakes/slack/people.ts'
import { modes } from './slack-stage.ts'
import { atHome, say } from './slack-telling.ts'
import { finished, instructions } from './slack-watching.ts'

/** What somebody reads in Home; null as long as there is nothing. */
const read = (who: FakePerson): string | null => {
  const home = who.home()
  if (home === null) return null
  const texts = home.blocks.flatMap((block) => (block.text as { text?: string } | undefined)?.text ?? [])
  return texts.join('\n')
}

async function inHome(options: Parameters<typeof atHome>[0] = {}) {
  const around = await atHome(options)
  const { slack } = around
  /** Opened again: what is shown then, once it is so. */
  const shows = (who: FakePerson, words: RegExp) => {
    who.opensHome()
    return slack.until(() => words.test(read(who) ?? '') && read(who))
  }
  return { ...around, shows }
}

describe.each(modes)('by %s', (mode) => {
  it('Home tells what one’s questions cost, the day’s limit, the model, and how to begin', async () => {
    const { model, channel, parley, ann, bob, shows, stage } = await inHome({
      mode,
      policy: 'budgets: { day: { all: 5, person: 0.75 } }\n',
    })
    expect(await shows(ann, /Today/)).toMatch(
      /cost \$0\.00 today, of \$0\.75 a day\. The next day begins <!date\^\d+\^/,
    )
    model.next({ ...say('Low tide.'), usage: { input: 100_000, cached: 0, output: 1_000, reasoning: 0 } })
    await finished(stage, ann.says(channel, `${parley} which tide is it?`), 'Low tide.')
    const words = await shows(ann, /have cost \$0\.[1-9]\d today/)
    expect(words).toContain('*Model:* `gpt-6.1-terra`')
    for (const hint of ['/ask', '/parley settings', '/parley help', 'Ask about this', 'Summarise'])
      expect(words).toContain(hint)
    // Each sees their own.
    expect(await shows(bob, /Today/)).toContain('cost $0.00 today')
  })

  it('settings are changed in Home, which then shows them, and hold in direct messages', async () => {
    const { slack, model, ann, channel, shows, stage, parley } = await inHome({ mode })
    await shows(ann, /Today/)
    const pressed = await ann.presses('home', 'Change').answered()
    const form = await slack.until(() => pressed.modal())
    expect((await ann.submits(form, { persona: 'Speak like a pirate.' })).errors).toBeNull()
    await slack.until(() => read(ann)?.includes('Speak like a pirate.'))
    model.next(say('Ahoy.'), say('Hello.'))
    await finished(stage, ann.says('dm', 'hello'), 'Ahoy.')
    expect(instructions(stage, -1)).toContain('Speak like a pirate.')
    await finished(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    expect(instructions(stage, -1)).not.toContain('Speak like a pirate.')
  })
})

it('where there is no budget, none is named', async () => {
  const { ann, shows } = await inHome({ policy: 'budgets: off\n' })
  expect(await shows(ann, /Today/)).toMatch(/Your questions have cost \$0\.00 today\.$/m)
})

it('where direct messages are switched off, Home tells how to ask in channels', async () => {
  const { ann, shows } = await inHome({ policy: 'access: { dms: false }\n' })
  expect(await shows(ann, /Today/)).not.toMatch(/can’t use me|direct messages|Messages tab/)
})

it('a used up budget for all is told to those who have spent nothing, too', async () => {
  const { model, channel, parley, ann, bob, shows, stage } = await inHome({
    policy: 'budgets: { day: { all: 0.06, person: 0.06 } }\n',
  })
  model.next({ ...say('Low tide.'), usage: { input: 100_000, cached: 0, output: 1_000, reasoning: 0 } })
  await finished(stage, ann.says(channel, `${parley} which tide is it?`), 'Low tide.')
  expect(await shows(bob, /Today/)).toMatch(/cost \$0\.00 today.*The budget for everybody here is used up\./)
})

it('who may not use Parley is told so, and nothing else', async () => {
  const { ann, shows } = await inHome({ policy: 'access: { people: ["U0NOBODY1"] }\n' })
  expect(await shows(ann, /You can’t use me here/)).not.toMatch(/Model|Today/)
  expect(ann.home()?.blocks.some(({ accessory }) => accessory !== undefined)).toBe(false)
})

it('opened again while nothing changed, it is not published again, also after a restart', async () => {
  const { slack, ann, bob, shows, stage } = await inHome()
  await shows(ann, /Today/)
  await stage.stop()
  await stage.begin()
  ann.opensHome()
  // Whatever Ann’s led to is done by then.
  await shows(bob, /Today/)
  expect(slack.ledger.of('views.publish')).toHaveLength(2)
})
