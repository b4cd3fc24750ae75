/** Keys that work everywhere on the page. `run` names what each does. */
export function listenForShortcuts(run) {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return
    const typing = event.target.closest?.('input, textarea, [contenteditable]')
    const name = nameOf(event, Boolean(typing))
    if (!name) return
    event.preventDefault()
    run[name]()
  })
}

function nameOf(event, typing) {
  if (event.key === 'Escape') return 'close'
  if ((event.ctrlKey || event.metaKey) && event.key === '.') return 'stop'
  if (event.altKey && event.key === 'ArrowUp') return 'previous'
  if (event.altKey && event.key === 'ArrowDown') return 'next'
  if (event.altKey && event.code === 'KeyT') return 'turn'
  if (event.key === '?' && !typing) return 'help'
  return null
}
