// The package has no types of its own.
declare module 'heic-decode' {
  interface Heic {
    all(source: { buffer: Uint8Array }): Promise<HeicImage[] & { dispose(): void }>
  }
  interface HeicImage {
    readonly width: number
    readonly height: number
    decode(): Promise<{ width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> }>
  }
  const heic: Heic
  export default heic
}
