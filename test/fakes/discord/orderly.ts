import type { WebSocket } from 'ws'

/** Sends in order, each half a round trip late. */
export function orderly(
  socket: WebSocket,
  latency: () => number,
  sent: () => void,
): (payload: unknown) => void {
  const queue: { text: string; due: number }[] = []
  let timer: NodeJS.Timeout | null = null
  const flush = () => {
    timer = null
    while (queue.length > 0 && queue[0]!.due <= performance.now() + 0.5) put(queue.shift()!.text)
    if (queue.length > 0) timer = setTimeout(flush, queue[0]!.due - performance.now())
  }
  const put = (text: string) => {
    if (socket.readyState !== socket.OPEN) return
    socket.send(text)
    sent()
  }
  return (payload) => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    const late = latency() / 2
    if (late <= 0 && queue.length === 0) return put(text)
    queue.push({ text, due: performance.now() + late })
    if (timer === null) timer = setTimeout(flush, late)
  }
}
