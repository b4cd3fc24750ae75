/** A process to be killed: does what its second argument says to the database at its first, and reports on stdout. */
import { pino } from 'pino'
import { openSqlite } from '../../adapters/sqlite/sqlite.ts'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import { conversation, message } from '../contract/inbox-world.ts'

const [path = '', task = ''] = process.argv.slice(2)
const say = (line: string): boolean => process.stdout.write(`${line}\n`)
const database = await openSqlite({
  path,
  clock: systemClock(),
  chance: systemChance(),
  log: pino({ level: 'silent' }),
})

const never = new AbortController().signal
let last = 0

async function admitForEver(): Promise<never> {
  for (;;) {
    const id = `${process.pid}-${last++}`
    await database.inbox.admit(message(id, conversation(`c${last % 5}`)), 'turn')
    say(`admitted ${id}`)
  }
}

async function admitLargeUntilItFails(): Promise<void> {
  const text = 'x'.repeat(20_000)
  for (;;) {
    const id = `large-${last++}`
    try {
      await database.inbox.admit(message(id, conversation(id), text), 'turn')
      say(`admitted ${id}`)
    } catch (error) {
      say(`failed ${id} ${error instanceof Error ? error.message : ''}`)
      const { healthy } = await database.health()
      say(`health ${healthy}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

switch (task) {
  case 'claim':
    await database.inbox.admit(message('m1'), 'turn')
    await database.inbox.work(
      async (claim) => {
        await claim.saveDraft({
          turn: 't1',
          parts: [{ nonce: 'n1', ref: { channel: 'general', id: 'a1' } }],
          answer: null,
        })
        say(`claimed ${claim.attempt}`)
        await new Promise(() => undefined)
      },
      { concurrency: 1, signal: never },
    )
    break
  case 'churn':
    void admitForEver()
    await database.inbox.work(
      async (claim) => {
        for (const event of claim.events) await database.store.set(`seen:${event.id}`, claim.attempt)
        const entries = claim.events.map((event) => ({ key: `done:${event.id}`, value: claim.fence }))
        await claim.settle({ entries, charge: null })
        for (const event of claim.events) say(`settled ${event.id}`)
      },
      { concurrency: 3, signal: never },
    )
    break
  case 'fill':
    await admitLargeUntilItFails()
    break
  case 'exit':
    say('opened')
    await database.close()
    break
}
