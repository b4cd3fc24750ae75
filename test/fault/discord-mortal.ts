import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type DiscordFake, startDiscordFake } from '../fakes/discord/discord-fake.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Program, startProgram } from '../fakes/program.ts'
import { roomy } from '../scenario/discord-telling.ts'
import { temporaryDirectory } from '../scenario/house.ts'

/** The real program between Discord's fake and OpenAI's. */
export interface Mortal {
  readonly discord: DiscordFake
  readonly model: OpenAiFake
  /** kill -9, and the start after it. */
  killed(): Promise<void>
  kill(): Promise<void>
  begin(): Promise<void>
}

export async function mortal(policy = 'budgets: off\n'): Promise<Mortal> {
  const [discord, model] = await Promise.all([startDiscordFake({ limits: roomy }), startOpenAiFake()])
  onTestFinished(async () => void (await Promise.all([discord.close(), model.close()])))
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'parley.yaml'), policy)
  const env = {
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    OPENAI_BASE_URL: model.url,
    OPENAI_API: 'responses',
  }
  let program: Program | null = null
  const begin = async () => {
    const ready = discord.ledger.gateway.length
    program = await startProgram({ directory, env })
    const connects = () =>
      discord.ledger.gateway
        .slice(ready)
        .some((entry) => entry.kind === 'identify' || (entry.kind === 'resume' && entry.ok))
    await discord.until(connects, 10_000)
  }
  const kill = async () => void (await program?.kill('SIGKILL'))
  onTestFinished(kill)
  await begin()
  await discord.until(() => discord.commands.puts === 1)
  return {
    discord,
    model,
    kill,
    begin,
    async killed() {
      await kill()
      await begin()
    },
  }
}
