import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Holder } from './owners.ts'

/** Who this process is, so that another can tell later whether it still runs. */
export function thisProcess(id: string): Holder {
  return { id, machine: machine(), space: pidSpace(), pid: process.pid, started: startOf(process.pid) ?? '' }
}

/**
 * True only when the process can't be running any more. A write-ahead log is shared memory, so all its users run on
 * one machine: a different boot is over. Processes of another container can't be seen from here: false for them.
 */
export function certainlyGone(other: Holder, self: Holder): boolean {
  const booted = (holder: Holder): boolean => holder.machine.startsWith('boot:')
  if (booted(other) && booted(self) && other.machine !== self.machine) return true
  if (other.machine !== self.machine || other.space !== self.space) return false
  const started = startOf(other.pid)
  return started === null || (started !== '' && other.started !== '' && started !== other.started)
}

/** The id of the machine's present boot; null where it has none to read (it is Linux's). */
export function thisBoot(): string | null {
  return read('/proc/sys/kernel/random/boot_id')?.trim() || null
}

function machine(): string {
  const boot = thisBoot()
  return boot ? `boot:${boot}` : `host:${hostname()}`
}

function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** When the process with this id started (clock ticks since boot); '' where that can't be told; null when there is none. */
function startOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`)
  // The program's name is in brackets and may hold spaces and brackets of its own; field 22 is the start.
  if (stat) {
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? null : (rest[18] ?? '')
  }
  return exists(pid) ? '' : null
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
