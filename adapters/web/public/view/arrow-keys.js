/**
 * Lets the arrow keys go from element to element while one of them has the focus.
 * @param {HTMLElement} around @param {() => HTMLElement[]} elements
 */
export function stepByArrows(around, elements) {
  around.addEventListener('keydown', (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!step) return
    const all = elements()
    const at = all.indexOf(document.activeElement)
    const next = at >= 0 && all[at + step]
    if (!next) return
    event.preventDefault()
    next.focus()
  })
}
