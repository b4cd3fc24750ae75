/** What this browser keeps: JSON under `parley.*`. Where storage is forbidden or full, this page alone remembers. */
const memory = new Map()

/** @template T @param {string} name @param {T} otherwise @returns {T} */
export function recall(name, otherwise) {
  if (memory.has(name)) return memory.get(name)
  try {
    const text = localStorage.getItem(`parley.${name}`)
    return text === null ? otherwise : JSON.parse(text)
  } catch (error) {
    console.info(`parley.${name} can't be read:`, error)
    return otherwise
  }
}

/** `null` forgets. */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(`parley.${name}`)
    else localStorage.setItem(`parley.${name}`, JSON.stringify(value))
    memory.delete(name)
  } catch (error) {
    console.info(`parley.${name} is kept until the page closes only:`, error)
    memory.set(name, value)
  }
}

/** The names under which something is kept that begin with `prefix`. */
export function keptNames(prefix) {
  const names = new Set([...memory.keys()].filter((name) => name.startsWith(prefix)))
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`parley.${prefix}`)) names.add(key.slice('parley.'.length))
    }
  } catch (error) {
    console.info('Nothing is kept from earlier:', error)
  }
  return [...names]
}
