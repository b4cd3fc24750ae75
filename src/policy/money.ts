/** US dollars as whole nano-dollars. */
export function nanoOf(usd: number): number {
  return Math.round(usd * 1e9)
}

export function usdOf(nano: number): number {
  return nano / 1e9
}

/** `$1.00`, `$0.0041`: cents, or two significant digits below one cent. */
export function dollars(nano: number): string {
  const usd = usdOf(nano)
  if (usd === 0 || usd >= 0.01) return `$${usd.toFixed(2)}`
  return `$${usd.toFixed(Math.min(9, 1 - Math.floor(Math.log10(usd))))}`
}
