import { nearest } from '../../config/nearest.ts'
import {
  fastest,
  isSoundFormat,
  isVoiceName,
  knownVoices,
  slowest,
  soundFormats,
  voiceNameWords,
} from '../../speech/voices.ts'
import type { EffectiveSettings, SettingsChange } from '../settings.ts'
import { asBlock, asCode } from './command.ts'
import type { Wish } from './wishes.ts'

/** Characters. */
const longestName = 100
/** Characters, as in parley.yaml: they ride along with every piece that is spoken. */
const longestInstructions = 2_000

/** What is wished of the voice; `given`: an option's words, null where it was not given. */
export function wishesOfVoice(
  given: (option: string) => string | null,
  unchosen: EffectiveSettings,
): readonly Wish[] {
  return options.flatMap(([option, wish]) => {
    const wanted = given(option)
    return wanted === null ? [] : [wish(wanted, unchosen)]
  })
}

/** `**Voice:** marin, mp3, …` */
export function voiceInWords({ voice: { name, format, speed }, spoken }: EffectiveSettings): string {
  const pace = speed === null ? '' : `, ${speed} times as fast as usual`
  const when = spoken ? 'Every answer is read aloud here.' : 'Answers are read aloud on demand.'
  return `**Voice:** ${asCode(name)}, files as ${format}${pace}. ${when}`
}

const change = (change: SettingsChange, words: string): Wish => ({ kind: 'change', change, words })
const refuse = (words: string): Wish => ({ kind: 'refused', words })
const isDefault = (wanted: string): boolean => wanted === '' || wanted.toLowerCase() === 'default'

function wishName(wanted: string, { voice }: EffectiveSettings): Wish {
  if (isDefault(wanted)) return change({ voice: null }, `Back to the default voice: ${asCode(voice.name)}.`)
  if (wanted.length > longestName) return refuse(`A voice's name has at most ${longestName} characters.`)
  if (!isVoiceName(wanted)) return refuse(`There is no voice ${asCode(wanted)}. ${voiceNameWords}`)
  const known = knownVoices.find((name) => name === wanted.toLowerCase())
  if (known !== undefined) return change({ voice: known }, `From now on I speak as ${asCode(known)} here.`)
  const near = nearest(wanted, knownVoices)
  const hint = near === null ? `OpenAI's are ${knownVoices.join(', ')}.` : `Did you mean ${asCode(near)}?`
  return change(
    { voice: wanted },
    `From now on I speak as ${asCode(wanted)} here. I don't know that voice: it works if your server has it. ${hint}`,
  )
}

function wishFormat(wanted: string, { voice }: EffectiveSettings): Wish {
  if (isDefault(wanted)) return change({ voiceFormat: null }, `Back to the default format: ${voice.format}.`)
  const format = wanted.toLowerCase()
  if (!isSoundFormat(format))
    return refuse(`There is no format ${asCode(wanted)}. Choose one of ${soundFormats.join(', ')}.`)
  return change({ voiceFormat: format }, `From now on sound files are ${format} here.`)
}

function wishSpeed(wanted: string, { voice }: EffectiveSettings): Wish {
  if (isDefault(wanted)) {
    const pace = voice.speed === null ? "the voice's own" : `${voice.speed}`
    return change({ voiceSpeed: null }, `Back to the default speed: ${pace}.`)
  }
  const speed = /^\d{1,2}([.,]\d{1,4})?x?$/.test(wanted) ? Number.parseFloat(wanted.replace(',', '.')) : null
  if (speed === null || speed < slowest || speed > fastest) {
    return refuse(
      `The speed ${asCode(wanted)} can't be used. Choose a number from ${slowest} to ${fastest}; 1 is as usual.`,
    )
  }
  return change({ voiceSpeed: speed }, `From now on I speak at speed ${speed} here.`)
}

function wishInstructions(wanted: string, { voice }: EffectiveSettings): Wish {
  if (isDefault(wanted)) {
    const words = voice.instructions === null ? 'there are none' : `\n\n${asBlock(voice.instructions)}`
    return change({ voiceInstructions: null }, `Back to the default way of speaking: ${words}`)
  }
  if (wanted.length > longestInstructions) {
    const [may, have] = [longestInstructions, wanted.length].map((count) => count.toLocaleString('en'))
    return refuse(`How to speak can be said in ${may} characters; these are ${have}.`)
  }
  return change({ voiceInstructions: wanted }, `From now on I speak so here:\n\n${asBlock(wanted)}`)
}

function wishAlways(wanted: string, { spoken }: EffectiveSettings): Wish {
  const words = (always: boolean) =>
    always ? 'Every answer is read aloud here from now on.' : 'Answers are read aloud here on demand only.'
  if (isDefault(wanted)) return change({ spoken: null }, `Back to the default. ${words(spoken)}`)
  const always = wanted.toLowerCase()
  if (always !== 'on' && always !== 'off')
    return refuse(`${asCode(wanted)} is neither on nor off. Choose one of them.`)
  return change({ spoken: always === 'on' }, words(always === 'on'))
}

const options = [
  ['name', wishName],
  ['format', wishFormat],
  ['speed', wishSpeed],
  ['instructions', wishInstructions],
  ['always', wishAlways],
] as const
