/** The errors that cross a port. `words` are for the person who asked: what happened, and what to do next. */

export type ModelFailure =
  /** 401, 403: the key is wrong or may not do this. */
  | 'auth'
  | 'model_not_found'
  /** Too many requests a minute: waiting helps. */
  | 'rate'
  /** The account is out of money: waiting doesn't help. */
  | 'quota'
  /** The prompt is longer than the model's context. */
  | 'too_long'
  | 'bad_request'
  /** 5xx, or the provider said the answer failed. */
  | 'server'
  | 'timeout'
  /** DNS, refused, reset before anything came. */
  | 'network'
  /** The stream ended before its terminal event; what came so far is a prefix. */
  | 'cut'
  | 'aborted'

export class ModelError extends Error {
  readonly kind: ModelFailure
  /** The provider's id of the request, for its support. */
  readonly requestId: string | null
  /** Milliseconds the provider asked us to wait. */
  readonly retryAfterMs: number | null
  /** The HTTP status, where there was one. */
  readonly status: number | null
  /** Host and port of a server of the operator's own, as `words` may name it; null = a provider whom everybody knows. */
  readonly server: string | null
  /** For the person who asked: what happened and what to do next; names the request id. No secrets. */
  readonly words: string

  constructor(
    kind: ModelFailure,
    words: string,
    details: {
      requestId?: string | null
      retryAfterMs?: number | null
      status?: number | null
      server?: string | null
      cause?: unknown
    } = {},
  ) {
    super(`${kind}: ${words}`, { cause: details.cause })
    this.name = 'ModelError'
    this.kind = kind
    this.words = words
    this.requestId = details.requestId ?? null
    this.retryAfterMs = details.retryAfterMs ?? null
    this.status = details.status ?? null
    this.server = details.server ?? null
  }
}

/** A file that could not be fetched. `words` give the reason, to go on after "<name>: ". */
export class DownloadError extends Error {
  readonly words: string
  constructor(words: string, cause?: unknown) {
    super(words, { cause })
    this.name = 'DownloadError'
    this.words = words
  }
}

/** `unsupported`: nothing here can read it, or what could is missing (ffmpeg). `failed`: the tools themselves broke down. */
export type MediaFailure =
  | 'empty'
  | 'broken'
  | 'encrypted'
  | 'too_large'
  | 'too_slow'
  | 'unsupported'
  | 'failed'

/** A file that could not be made use of. `words` continue the sentence "<name>: ", for the person who sent it. */
export class MediaError extends Error {
  readonly kind: MediaFailure
  readonly words: string
  constructor(kind: MediaFailure, words: string, cause?: unknown) {
    super(`${kind}: ${words}`, { cause })
    this.name = 'MediaError'
    this.kind = kind
    this.words = words
  }
}

/** This worker's lease on the conversation is over: another has it. Nothing of the turn may be written any more. */
export class StaleFence extends Error {
  constructor(conversation: string) {
    super(`The lease on ${conversation} went to another worker`)
    this.name = 'StaleFence'
  }
}

/** The database can't be used as it is. `words` say what was found, that the file is kept, and what to do. */
export class StorageError extends Error {
  readonly words: string
  constructor(words: string, cause?: unknown) {
    super(words, { cause })
    this.name = 'StorageError'
    this.words = words
  }
}
