/**
 * Makes an element. `text`, `class`, `on` (listeners) and `data` are special, the rest are attributes:
 * true sets an empty one; false, null and undefined leave it out.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string | null | false | undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue
    if (name === 'text') element.textContent = value
    else if (name === 'on')
      for (const [event, listen] of Object.entries(value)) element.addEventListener(event, listen)
    else if (name === 'data') Object.assign(element.dataset, value)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
  for (const child of children) if (child) element.append(child)
  return element
}

/** Replaces the children only when something is different, so that focus and selection survive. */
export function refill(element, ...children) {
  const wanted = children.filter(Boolean)
  const same =
    wanted.length === element.childNodes.length && wanted.every((c, i) => c === element.childNodes[i])
  if (!same) element.replaceChildren(...wanted)
}
