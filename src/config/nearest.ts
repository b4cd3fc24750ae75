import { distance } from 'fastest-levenshtein'

/** The name a person most likely meant, or null when none is near: at most a third of the letters differ. */
export function nearest(written: string, names: Iterable<string>): string | null {
  const wanted = fold(written)
  // Longer ones are no slip of the finger, and the distance costs length times length.
  if (wanted.length > 64) return null
  let best: string | null = null
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const name of names) {
    const far = distance(wanted, fold(name))
    if (far < least) {
      least = far
      best = name
    }
  }
  return best
}

export function didYouMean(written: string, names: Iterable<string>): string {
  const name = nearest(written, names)
  return name === null ? '' : `did you mean ${name}?`
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll('-', '_')
}
