import { WireError, wordsFor } from './wire.js'

/** A stalled upload is given up after this long without progress, in milliseconds. */
const stall = 30_000

/**
 * Sends a file's bytes. XMLHttpRequest, because fetch can't tell how far an upload is.
 * @param {File} file
 * @param {{ signal: AbortSignal, progress: (share: number) => void, voice?: number }} how `voice`: recorded here, in seconds
 * @returns {Promise<import('./wire.js').FileMeta>}
 */
export function upload(file, { signal, progress, voice }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let watch = setTimeout(() => request.abort(), stall)
    const alive = () => {
      clearTimeout(watch)
      watch = setTimeout(() => request.abort(), stall)
    }
    const fail = (words, status = 0) => reject(new WireError(words, status))
    request.upload.addEventListener('progress', (event) => {
      alive()
      if (event.lengthComputable) progress(event.loaded / event.total)
    })
    request.addEventListener('load', () => {
      if (request.status === 201 && request.response) resolve(request.response)
      else fail(wordsFor(request.status, request.response), request.status)
    })
    request.addEventListener('error', () => fail('The upload broke off. Is Parley still running?'))
    request.addEventListener('abort', () =>
      fail(signal.aborted ? 'Removed.' : 'The upload stalled. Try it again.'),
    )
    request.addEventListener('loadend', () => clearTimeout(watch))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    const about = new URLSearchParams({
      name: file.name,
      ...(voice === undefined ? {} : { voice: String(voice) }),
    })
    request.open('POST', `/playground/files?${about}`)
    request.responseType = 'json'
    request.setRequestHeader('content-type', file.type || 'application/octet-stream')
    request.send(file)
  })
}
