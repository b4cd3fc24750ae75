const DISCORD_EPOCH = 1_420_070_400_000

/** Ids that carry their millisecond and only grow, as Discord's do. */
export function createSnowflakes(now: () => number): () => string {
  let last = 0n
  return () => {
    const earliest = BigInt(Math.floor(now()) - DISCORD_EPOCH) << 22n
    last = earliest > last ? earliest : last + 1n
    return String(last)
  }
}
