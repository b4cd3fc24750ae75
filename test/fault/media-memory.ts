import { readdirSync, readFileSync } from 'node:fs'

/** Whether the system tells what its processes take: Linux does. */
export const isTold = process.platform === 'linux'

/** The processes that `pid` and its children started, as their ids. */
export function below(pid: number): number[] {
  const own = told(() => readdirSync(`/proc/${pid}/task`), []).flatMap((task) =>
    told(() => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'), '')
      .split(' ')
      .filter((child) => child !== '')
      .map(Number),
  )
  return own.flatMap((child) => [child, ...below(child)])
}

/** Bytes that a process and all below it hold in memory. */
export const memoryOf = (pid: number): number =>
  [pid, ...below(pid)].reduce((sum, each) => sum + residentOf(each), 0)

/** In pages of 4 KB. */
const residentOf = (pid: number): number =>
  Number(told(() => readFileSync(`/proc/${pid}/statm`, 'utf8'), '0 0').split(' ')[1]) * 4096

/** Files, sockets and pipes that this process holds open. */
export const openFiles = (): number => (isTold ? readdirSync('/proc/self/fd').length : 0)

/** A process may end while it is looked at. */
function told<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch {
    return otherwise
  }
}
