/** Made at its first use: for what costs tens of milliseconds that no start should wait for, such as ICU's tables. */
export function lazy<Made extends object>(make: () => Made): () => Made {
  let made: Made | null = null
  return () => (made ??= make())
}
