import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import { startDiscordFake } from '../fakes/discord/discord-fake.ts'
import { startProgram } from '../fakes/program.ts'
import { temporaryDirectory } from './house.ts'

it.each([
  ['pretty', ''],
  ['JSON', 'json'],
])(
  'npm start with a wrong DISCORD_TOKEN ends and says what to mend, once and without a stack (%s)',
  async (_, format) => {
    const discord = await startDiscordFake()
    onTestFinished(() => discord.close())
    const program = await startProgram({
      directory: temporaryDirectory(),
      env: { LOG_FORMAT: format, DISCORD_TOKEN: 'wrong.token.value', DISCORD_API_URL: discord.apiUrl },
    })
    onTestFinished(async () => void (await program.kill('SIGKILL')))
    const { child } = program
    if (child.exitCode === null) await once(child, 'exit')
    expect(child.exitCode).toBe(1)
    const said = program.output()
    expect(said.match(/Discord does not accept DISCORD_TOKEN\. Copy it anew from https/g)).toHaveLength(1)
    expect(said).not.toMatch(/^\s+at |"stack"|wrong\.token\.value|SetupError/m)
  },
  30_000,
)
