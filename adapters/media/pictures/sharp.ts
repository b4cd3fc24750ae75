import sharp from 'sharp'

// One job at a time in this process, and nothing of it is wanted again.
sharp.concurrency(1)
sharp.cache(false)
// What strangers send meets no decoder but these; SVG is given as bytes, so that it has no folder to look around in.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegFile',
    'VipsForeignLoadPngFile',
    'VipsForeignLoadWebpFile',
    'VipsForeignLoadNsgifFile',
    'VipsForeignLoadTiffFile',
    'VipsForeignLoadHeifFile',
    'VipsForeignLoadSvgBuffer',
  ],
})

export { sharp }
