import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '../../adapters/media/serving.ts'
import { MediaError } from '../../src/ports/failure.ts'

// A child process whose jobs misbehave, each as its path says.
serve(async (job) => {
  const path = 'path' in job ? job.path : ''
  switch (path) {
    case 'pid':
      return process.pid
    case 'environment':
      return Object.keys(process.env)
    case 'eat': {
      const eaten: Buffer[] = []
      // Not in one go, and without a pause in which this thread could look at a clock.
      for (;;) eaten.push(Buffer.alloc(4 * 1024 * 1024, 1))
    }
    case 'leave':
      ;(globalThis as { left?: Buffer }).left = Buffer.alloc(150 * 1024 * 1024, 1)
      return process.pid
    case 'hang':
      for (;;) void path.length
    case 'wait':
      return sleep(60_000)
    case 'start':
      return spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' }).pid
    case 'feed': {
      const eats = 'globalThis.eaten = Buffer.alloc(400 * 1024 * 1024, 1); setTimeout(() => {}, 60_000)'
      spawn(process.execPath, ['-e', eats], { stdio: 'ignore' })
      return sleep(60_000)
    }
    case 'crash':
      process.kill(process.pid, 'SIGSEGV')
      return sleep(60_000)
    case 'exit':
      return process.exit(3)
    case 'refuse':
      throw new MediaError('encrypted', 'it is locked', new Error('inner'))
    default:
      throw new TypeError('a mistake in the program')
  }
})
