/** One measurement, as the table and bench/results.json show it. */
export interface Row {
  readonly bench: string
  readonly what: string
  readonly value: number
  readonly unit: string
  /** What we want it to be, in words; absent = only watched. */
  readonly aim?: string
  /** Whether it is; absent where there is no aim. */
  readonly met?: boolean
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
