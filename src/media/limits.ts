const MB = 1024 * 1024

/** What files may be at most, all checked before anything is decoded. */
export const mediaLimits = {
  /** Bytes, by what a file is found to be. */
  bytes: { picture: 20 * MB, document: 50 * MB, sound: 500 * MB },
  /** Beyond this a small picture unpacks to gigabytes; providers refuse it too. */
  pixels: 50_000_000,
  /** Of one question. */
  files: 10,
  /** Bytes of all files of one question. */
  turnBytes: 600 * MB,
  /**
   * Bytes on disk, all turns together: files that are fetched, what is made of sounds on their way to a model, and speech
   * that is put together.
   */
  diskBytes: 2048 * MB,
  /** Bytes that one picture takes up when it goes to the model, and pixels of its longer edge. */
  shownBytes: 4 * MB,
  longestEdge: 2048,
  /** UTF-16 units of all documents of one question: about 100,000 tokens of English. */
  text: 400_000,
  /** Of one document. */
  pages: 300,
  /** Pages of one document that are looked at as pictures. */
  pagePictures: 10,
} as const

/** Continues the sentence "<name>: ". */
export const manyPixels = (width: number, height: number): string =>
  `${width}×${height} pixels are more than the ${mediaLimits.pixels / 1e6} million I can take`

export const megabytes = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`
