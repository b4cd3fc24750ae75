/** Files on this machine's disk for as long as somebody works on them. Nothing of it outlives the process. */
export interface Scratch {
  /** A folder for one piece of work (a turn, a request). */
  open(): Promise<Folder>
  /** Deletes all that is left. Never rejects; nothing is opened any more. */
  close(): Promise<void>
}

export interface Folder {
  /** A path in it that no file has yet. `ending`: `.ogg`, or ''; never taken from a name that people gave. */
  path(ending: string): string
  /**
   * Writes what comes to `path`. `take` is called with each chunk before it is kept, and throws when it is not to be;
   * what was written is deleted then, and the stream is cancelled. Resolves to the size in bytes.
   */
  write(
    path: string,
    stream: ReadableStream<Uint8Array>,
    take: (chunk: Uint8Array) => void,
    signal: AbortSignal,
  ): Promise<number>
  /** The first `most` bytes of a file. */
  head(path: string, most: number): Promise<Uint8Array>
  /** A file as it lies there: read when it is used. It must not be used after `close`. */
  blob(path: string, type: string): Promise<Blob>
  remove(path: string): Promise<void>
  /** Deletes all of it. Never rejects. */
  close(): Promise<void>
}
