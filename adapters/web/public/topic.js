/** Something others listen to. A listener is called with each value, in the order of subscription. */
export function createTopic() {
  const listeners = new Set()
  return {
    /** @returns {() => void} ends the subscription */
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    emit(value) {
      for (const listener of [...listeners]) listener(value)
    },
  }
}
