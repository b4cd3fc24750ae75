/**
 * Texts on the page whose colour is nearer to their background than WCAG AA allows (4.5 to 1). Runs in the page, so it
 * stands on its own.
 */
export function poorContrast(): string[] {
  const canvas = document.createElement('canvas')
  canvas.width = 1
  canvas.height = 1
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return ['no canvas']

  const over = (colours: string[]): [number, number, number] => {
    pen.clearRect(0, 0, 1, 1)
    for (const colour of colours) {
      pen.fillStyle = colour
      pen.fillRect(0, 0, 1, 1)
    }
    const [r = 0, g = 0, b = 0] = pen.getImageData(0, 0, 1, 1).data
    return [r, g, b]
  }
  const light = (colour: [number, number, number]): number => {
    const [r, g, b] = colour.map((value) => {
      const share = value / 255
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element: Element | null): string[] => {
    const colours: string[] = []
    for (let at = element; at; at = at.parentElement) colours.unshift(getComputedStyle(at).backgroundColor)
    return ['white', ...colours]
  }

  const poor: string[] = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement
    const words = node.textContent?.trim()
    if (!element || !words || !element.checkVisibility({ visibilityProperty: true })) continue
    if (element.closest('.unseen, .grouped > .message-main > .message-head, script, noscript, :disabled'))
      continue
    const [paper, ink] = [behind(element), getComputedStyle(element).color]
    const [a, b] = [light(over(paper)), light(over([...paper, ink]))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5)
      poor.push(`${ratio.toFixed(2)} ${element.className || element.localName}: ${words.slice(0, 40)}`)
  }
  return poor
}
