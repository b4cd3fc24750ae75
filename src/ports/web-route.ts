/** What a platform wants to hear over Parley's own web server. It answers for its own safety (a signature, a state). */
export interface WebRoute {
  readonly method: 'GET' | 'POST'
  /** `/slack/events` */
  readonly path: string
  /** The body has not been read. Its `signal` aborts when the caller has gone. */
  handle(request: Request): Promise<Response>
}
