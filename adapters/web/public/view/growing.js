/** Lets a textarea be as high as its text, up to the height its style allows. Returns the function that measures again. */
export function growing(area) {
  const measure = () => {
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }
  area.addEventListener('input', measure)
  return measure
}
