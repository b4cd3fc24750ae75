// The package has no types of its own; these are of what the tests use.
declare module 'pdfkit' {
  import type { Readable } from 'node:stream'

  export default class PDFDocument extends Readable {
    constructor(options?: { userPassword?: string; ownerPassword?: string; size?: [number, number] })
    text(text: string): this
    addPage(): this
    image(picture: Uint8Array, x: number, y: number, options: { width: number }): this
    end(): void
  }
}
