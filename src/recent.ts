/** What was noted last, by id; the oldest notes are forgotten. */
export interface Recent<T> {
  get(id: string): T | undefined
  set(id: string, value: T): void
  delete(id: string): void
}

export function createRecent<T>(most: number): Recent<T> {
  const notes = new Map<string, T>()
  return {
    get: (id) => notes.get(id),
    delete: (id) => void notes.delete(id),
    set(id, value) {
      notes.delete(id)
      notes.set(id, value)
      for (const oldest of notes.keys()) {
        if (notes.size <= most) return
        notes.delete(oldest)
      }
    },
  }
}
