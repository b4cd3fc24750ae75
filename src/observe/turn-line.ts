import type { TurnTrace } from './trace.ts'

/** The log line of an ended turn: who, how it ended, and its moments in milliseconds after admission. No words of people, nor those for them, which may quote a server or name a file. */
export function turnLine(turn: TurnTrace): Record<string, unknown> {
  const {
    admittedAt,
    claimedAt,
    modelCalledAt,
    firstTokenAt,
    firstShownAt,
    lastTokenAt,
    finalShownAt,
    ...rest
  } = turn
  const after = (at: number | null) => (at === null ? null : Math.max(0, at - admittedAt))
  const { asked, state: _state, costUsd, boughtUsd, error: _error, ...fields } = rest
  return {
    ...fields,
    asked: asked.length,
    costUsd: Number(costUsd.toFixed(9)),
    ...(boughtUsd !== undefined && { boughtUsd: Number(boughtUsd.toFixed(9)) }),
    claimedMs: after(claimedAt),
    modelCalledMs: after(modelCalledAt),
    firstTokenMs: after(firstTokenAt),
    firstShownMs: after(firstShownAt),
    lastTokenMs: after(lastTokenAt),
    finalShownMs: after(finalShownAt),
  }
}
