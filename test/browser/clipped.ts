/**
 * Texts that reach beyond the window's right edge and can't be scrolled to: `overflow: hidden` keeps the page from
 * scrolling sideways, and hides what does not fit. Runs in the page, so it stands on its own.
 */
export function clipped(): string[] {
  const scrolls = (element: Element | null): boolean => {
    for (let at = element; at; at = at.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return true
    return false
  }
  const found: string[] = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement
    const words = node.textContent?.trim()
    if (!element || !words || !element.checkVisibility({ visibilityProperty: true })) continue
    if (element.closest('.unseen')) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const ellipsis = getComputedStyle(element).textOverflow === 'ellipsis'
    if (range.getBoundingClientRect().right > innerWidth + 1 && !ellipsis && !scrolls(element))
      found.push(`${element.className || element.localName}: ${words.slice(0, 40)}`)
  }
  return found
}
