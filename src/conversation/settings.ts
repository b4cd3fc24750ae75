import type { ConversationKey } from '../ports/event.ts'
import type { SoundFormat } from '../ports/media-tools.ts'
import type { Store } from '../ports/store.ts'
import type { VoiceSettings } from '../speech/speaking.ts'
import { createTurnstile } from '../turnstile.ts'
import { settingsKey } from './keys.ts'

/** What people set for a channel with commands; kept until changed. */
export interface ChannelSettings {
  readonly model?: string | undefined
  readonly persona?: string | undefined
  /** Its name. */
  readonly voice?: string | undefined
  readonly voiceFormat?: SoundFormat | undefined
  /** 0.25 to 4. */
  readonly voiceSpeed?: number | undefined
  readonly voiceInstructions?: string | undefined
  /** Whether every answer is spoken. */
  readonly spoken?: boolean | undefined
}

/** What holds in a channel after everything that may set it: command, then parley.yaml's channel, then the default. */
export interface EffectiveSettings {
  readonly model: string
  readonly persona: string
  readonly voice: VoiceSettings
  /** Whether every answer is spoken. */
  readonly spoken: boolean
}

export interface Settings {
  of(channel: ConversationKey): Promise<EffectiveSettings>
  chosen(channel: ConversationKey): Promise<ChannelSettings>
  /** What holds where nothing was chosen. */
  unchosen(channel: ConversationKey): EffectiveSettings
  choose(channel: ConversationKey, change: SettingsChange): Promise<void>
}

/** null goes back to what holds without it. */
export type SettingsChange = {
  readonly [Name in keyof ChannelSettings]?: Exclude<ChannelSettings[Name], undefined> | null
}

export interface SettingsDefaults {
  readonly model: string
  readonly persona: string
  /** Absent = OpenAI's recommended voice, as an mp3, on demand. */
  readonly speech?: SpeechDefaults
  /** By channel id. */
  readonly channels: Readonly<Record<string, ChannelSettings>>
}

export interface SpeechDefaults extends Omit<VoiceSettings, 'name'> {
  readonly voice: string
  readonly everyAnswer: boolean
}

const standardSpeech: SpeechDefaults = {
  voice: 'marin',
  format: 'mp3',
  speed: null,
  instructions: null,
  everyAnswer: false,
}

export function createSettings(store: Store, defaults: SettingsDefaults): Settings {
  const inTurn = createTurnstile()
  const chosen = async (channel: ConversationKey) =>
    (await store.get<ChannelSettings>(settingsKey(channel))) ?? {}

  const { voice: name, everyAnswer: spoken, format, speed, instructions } = defaults.speech ?? standardSpeech
  const { model, persona } = defaults
  const standard = { model, persona, voice: { name, format, speed, instructions }, spoken }

  const unchosen = ({ channel }: ConversationKey): EffectiveSettings => {
    const configured = Object.hasOwn(defaults.channels, channel) ? defaults.channels[channel] : undefined
    return over(configured ?? {}, standard)
  }

  return {
    chosen,
    unchosen,
    of: async (channel) => over(await chosen(channel), unchosen(channel)),
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

const over = (own: ChannelSettings, { voice, ...otherwise }: EffectiveSettings): EffectiveSettings => ({
  model: own.model ?? otherwise.model,
  persona: own.persona ?? otherwise.persona,
  voice: {
    name: own.voice ?? voice.name,
    format: own.voiceFormat ?? voice.format,
    speed: own.voiceSpeed ?? voice.speed,
    instructions: own.voiceInstructions ?? voice.instructions,
  },
  spoken: own.spoken ?? otherwise.spoken,
})
