/** Lines of the log with an error of ours that only a slip in the program makes. */
export const slipsIn = (log: readonly string[]): string[] => log.filter(isSlip)

function isSlip(line: string): boolean {
  const { err } = JSON.parse(line) as { err?: { type?: string; stack?: string } }
  const [, thrownAt = ''] = err?.stack?.split('\n') ?? []
  const ours = !/node_modules|node:internal/.test(thrownAt)
  return ours && /^(Reference|Range|Type)Error$/.test(err?.type ?? '')
}
