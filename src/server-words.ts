import type { ModelError } from './ports/failure.ts'

/** Where the operator's own server is concerns nobody who talks to Parley: the log has it. */
export function modelWords({ words, server }: ModelError): string {
  if (server === null) return words
  return words.replaceAll(server, "the model's server").replace(/^the model's/, "The model's")
}
