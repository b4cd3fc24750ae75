/** Runs until it ends, `ms` are over (rejects with `slow`) or the client is gone (rejects with the signal's reason). */
export async function inTime<T>(
  run: (signal: AbortSignal) => Promise<T>,
  limits: { readonly ms: number; readonly client: AbortSignal; readonly slow: Error },
): Promise<T> {
  const time = new AbortController()
  const timer = setTimeout(() => time.abort(limits.slow), limits.ms)
  const signal = AbortSignal.any([time.signal, limits.client])
  const over = Promise.withResolvers<never>()
  const end = (): void => over.reject(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  try {
    return await Promise.race([run(signal), over.promise])
  } catch (error) {
    throw time.signal.aborted ? limits.slow : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}
