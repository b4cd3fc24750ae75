import { GatewayIntentBits } from 'discord.js'

/** `content`: hear what was said without a mention; Discord gives it only to bots that have it switched on. */
export const intentsFor = (content: boolean): GatewayIntentBits[] => [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  // 🔊 on an answer has it read aloud.
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessageReactions,
  ...(content ? [GatewayIntentBits.MessageContent] : []),
]
