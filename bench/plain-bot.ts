import { Client, Events, GatewayIntentBits } from 'discord.js'
import OpenAI from 'openai'

/** What a bot is without all that Parley adds: the two libraries, a reply, and an edit a second. The peer of bench/discord.ts. */
const EDIT_MS = 1_000

const { DISCORD_TOKEN, DISCORD_API_URL = '', OPENAI_BASE_URL = '', OPENAI_MODEL = '' } = process.env
const openai = new OpenAI({ apiKey: 'none', baseURL: OPENAI_BASE_URL })
const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits
const client = new Client({
  intents: [Guilds, GuildMessages, MessageContent],
  rest: { api: DISCORD_API_URL },
  allowedMentions: { parse: [] },
})

client.on(Events.MessageCreate, async (message) => {
  if (message.author.bot || !client.user || !message.mentions.has(client.user)) return
  const stream = await openai.responses.create({
    model: OPENAI_MODEL,
    input: message.content,
    stream: true,
  })
  let [text, editedAt] = ['', 0]
  let shown: Awaited<ReturnType<typeof message.reply>> | null = null
  for await (const event of stream) {
    if (event.type !== 'response.output_text.delta') continue
    text += event.delta
    if (shown && Date.now() - editedAt < EDIT_MS) continue
    editedAt = Date.now()
    if (shown) shown.edit(text).catch(() => undefined)
    else shown = await message.reply(text)
  }
  await shown?.edit(text)
})
await client.login(DISCORD_TOKEN)
