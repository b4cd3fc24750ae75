import { randomUUID } from 'node:crypto'
import { patientFetch } from './patient-fetch.ts'

/**
 * A fetch for forms with files, which may lie on disk and are as large as 25 MB: Node's own keeps all of a form in
 * memory while it is sent, and a second copy of any body unless redirects are an error. Here it is one blob that
 * refers to its files, read as fast as the network takes it. A redirect is an answer with the status 308.
 */
export const uploadFetch: typeof fetch = async (input, init) => {
  const { body } = init ?? {}
  if (!(body instanceof FormData)) throw new TypeError('An upload is a form')
  const boundary = `parley-${randomUUID()}`
  const headers = new Headers(init?.headers)
  headers.set('content-type', `multipart/form-data; boundary=${boundary}`)
  try {
    return await patientFetch(input, { ...init, headers, body: encoded(body, boundary), redirect: 'error' })
  } catch (error) {
    if (isRedirect(error)) return new Response(null, { status: 308 })
    throw error
  }
}

function encoded(form: FormData, boundary: string): Blob {
  const parts = [...form].flatMap(([name, value]): BlobPart[] => {
    const about = `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(name)}"`
    if (typeof value === 'string') return [`${about}\r\n\r\n${value.replaceAll(/\r?\n|\r/g, '\r\n')}\r\n`]
    const type = value.type || 'application/octet-stream'
    return [`${about}; filename="${escaped(value.name)}"\r\ncontent-type: ${type}\r\n\r\n`, value, '\r\n']
  })
  return new Blob([...parts, `--${boundary}--\r\n`])
}

/** As the HTML standard has it for multipart/form-data. */
const escaped = (name: string): string =>
  name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')

const isRedirect = (error: unknown): boolean =>
  error instanceof TypeError && error.cause instanceof Error && error.cause.message === 'unexpected redirect'
