const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })

export const timeOf = (at) => clock.format(at)

/** Without AM or PM, for where there is little room. */
export const shortTimeOf = (at) =>
  clock
    .formatToParts(at)
    .filter(({ type }) => ['hour', 'minute'].includes(type))
    .map(({ value }) => value)
    .join(':')
export const momentOf = (at) => whole.format(at)

/** `Today`, `Yesterday` or the date. */
export function dayOf(at, now = Date.now()) {
  const date = new Date(at).toDateString()
  if (date === new Date(now).toDateString()) return 'Today'
  if (date === new Date(now - 86_400_000).toDateString()) return 'Yesterday'
  return day.format(at)
}

/** A duration people can take in at a glance: `84 ms`, `2.31 s`, `1 min 12 s`. */
export function durationOf(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}

export function sizeOf(bytes) {
  if (bytes < 1_024) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  if (bytes < 1_048_576) return `${Math.round(bytes / 1_024)} KB`
  return `${(bytes / 1_048_576).toFixed(1)} MB`
}

/** The length of a sound as players write it: `0:07`, `12:30`. */
export function lengthOf(seconds) {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
