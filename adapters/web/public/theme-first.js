// A classic script on purpose: it runs before the first paint, so a chosen theme never flashes.
try {
  const theme = localStorage.getItem('parley.theme')
  if (theme === '"light"' || theme === '"dark"') document.documentElement.dataset.theme = JSON.parse(theme)
} catch (error) {
  console.info('No storage here, so the theme follows the system:', error)
}
