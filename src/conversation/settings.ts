import type { ConversationKey } from '../ports/event.ts'
import type { Store } from '../ports/store.ts'
import { createTurnstile } from '../turnstile.ts'
import { settingsKey } from './keys.ts'

/** What people set for a channel with commands; kept until changed. */
export interface ChannelSettings {
  readonly model?: string | undefined
  readonly persona?: string | undefined
}

/** What holds in a channel after everything that may set it: command, then parley.yaml's channel, then the default. */
export interface EffectiveSettings {
  readonly model: string
  readonly persona: string
}

export interface Settings {
  of(channel: ConversationKey): Promise<EffectiveSettings>
  chosen(channel: ConversationKey): Promise<ChannelSettings>
  /** What holds where nothing was chosen. */
  unchosen(channel: ConversationKey): EffectiveSettings
  choose(channel: ConversationKey, change: SettingsChange): Promise<void>
}

/** null goes back to what holds without it. */
export interface SettingsChange {
  readonly model?: string | null
  readonly persona?: string | null
}

export interface SettingsDefaults {
  readonly model: string
  readonly persona: string
  /** By channel id. */
  readonly channels: Readonly<Record<string, ChannelSettings>>
}

export function createSettings(store: Store, defaults: SettingsDefaults): Settings {
  const inTurn = createTurnstile()
  const chosen = async (channel: ConversationKey) =>
    (await store.get<ChannelSettings>(settingsKey(channel))) ?? {}

  const unchosen = ({ channel }: ConversationKey): EffectiveSettings => {
    const configured = defaults.channels[channel]
    return {
      model: configured?.model ?? defaults.model,
      persona: configured?.persona ?? defaults.persona,
    }
  }

  return {
    chosen,
    unchosen,
    async of(channel) {
      const [own, otherwise] = [await chosen(channel), unchosen(channel)]
      return { model: own.model ?? otherwise.model, persona: own.persona ?? otherwise.persona }
    },
    choose(channel, change) {
      const key = settingsKey(channel)
      return inTurn(key, async () => {
        const merged = { ...(await chosen(channel)), ...change }
        const kept = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
        await store.set(key, kept)
      })
    },
  }
}
