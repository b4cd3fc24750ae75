/** How much of `whole` each gets who wants so much: no more than that, and otherwise the same. */
export function shares(wanted: readonly number[], whole: number): number[] {
  const given = wanted.map(() => 0)
  let [room, left] = [whole, wanted.length]
  const leastFirst = [...wanted.entries()].sort(([, a], [, b]) => a - b)
  for (const [i, wish] of leastFirst) {
    const share = Math.min(wish, Math.floor(room / left))
    given[i] = share
    room -= share
    left--
  }
  return given
}
