/** `12 s`, `3 min 5 s`, `1 h 20 min`: for people. */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole === 0) return seconds > 0 ? 'under 1 s' : '0 s'
  if (whole < 60) return `${whole} s`
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60]
  const parts =
    hours > 0 ? [`${hours} h`, minutes && `${minutes} min`] : [`${minutes} min`, rest && `${rest} s`]
  return parts.filter((part) => part !== 0).join(' ')
}

/** Without a full stop. */
export const tooLongWords = (seconds: number, minutes: number): string =>
  `it is ${durationWords(seconds)} long, and recordings of up to ${minutes} minutes are transcribed here. Send a shorter part of it`
