import { ModelError } from '../../src/ports/failure.ts'

export function stopped(signal: AbortSignal): ModelError {
  return new ModelError('aborted', 'The answer was stopped.', { cause: signal.reason })
}

export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw stopped(signal)
}
