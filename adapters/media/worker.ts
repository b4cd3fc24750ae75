import type { Job } from './job.ts'
import { serve } from './serving.ts'

// The child process in which everything is decoded. A job loads the libraries it needs, and no others.
serve(run)

async function run(job: Job): Promise<unknown> {
  switch (job.kind) {
    case 'picture':
      return (await import('./pictures/picture.ts')).picture(job.path, job.wish)
    case 'document':
      return (await import('./documents/document.ts')).document(job.path, job.wish)
    case 'sound':
      return (await import('./sounds/jobs.ts')).sound(job.path)
    case 'pieces':
      return (await import('./sounds/jobs.ts')).pieces(job.path, job.wish)
    case 'join':
      return (await import('./sounds/jobs.ts')).join(job.paths, job.format, job.to)
    case 'voiceMessage':
      return (await import('./sounds/jobs.ts')).voiceMessage(job.path, job.to)
    case 'convert':
      return (await import('./sounds/jobs.ts')).convert(job.path, job.format, job.to)
    case 'ffmpeg':
      return (await import('./sounds/jobs.ts')).ffmpeg()
  }
}
