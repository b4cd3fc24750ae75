/** An interaction that is not as Slack's documents describe it. Its words say what is wrong, for the log. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}
