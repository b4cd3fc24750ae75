/**
 * At most `most` bytes from the beginning of a body; what follows is neither read nor kept. A body that breaks off
 * counts as far as it came; an abort rejects.
 */
export async function firstBytes(
  body: ReadableStream<Uint8Array>,
  most: number,
  signal: AbortSignal | null | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const kept = new Uint8Array(most)
  const reader = body.getReader()
  let length = 0
  try {
    while (length < most) {
      const { value, done } = await reader.read()
      if (done) return kept.slice(0, length)
      const piece = value.subarray(0, most - length)
      kept.set(piece, length)
      length += piece.length
    }
    await reader.cancel()
  } catch (error) {
    // What went before the break, a status at least, says more than the break.
    if (signal?.aborted) throw error
  }
  return kept.slice(0, length)
}
