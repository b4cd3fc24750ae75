// The WASM build by its own address: the package would load native code first, which strangers' bytes never reach here.
declare module '@evan/opus/wasm/index.mjs' {
  type Rate = 8000 | 12000 | 16000 | 24000 | 48000
  export class Decoder {
    constructor(options: { channels: 1 | 2; sample_rate: Rate })
    /** 16-bit samples, interleaved. Throws on a packet that can't be decoded. */
    decode(packet: Uint8Array): Uint8Array<ArrayBuffer>
    drop(): void
  }
  export class Encoder {
    constructor(options: { channels: 1 | 2; sample_rate: Rate; application: 'voip' | 'audio' })
    ctl(request: number, value?: number): number
    /** One frame of 16-bit samples, interleaved. */
    encode(samples: Uint8Array): Uint8Array<ArrayBuffer>
    drop(): void
  }
}
