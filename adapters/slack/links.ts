/** Slack's own hosts, where it keeps files (`files.slack.com`, on an organisation's plan `files-origin.slack.com`) and takes answers. */
const domains = ['slack.com', 'slack-edge.com', 'slack-files.com']

/** Only over TLS to Slack's own hosts; to the host and port of `apiUrl` too where it is set. Nobody else is shown the token. */
export function isSlacks(link: string | URL, apiUrl: string | null): boolean {
  const url = parsed(String(link))
  if (url === null || url.username !== '' || url.password !== '') return false
  if (url.protocol === 'https:' && url.port === '' && domains.some((domain) => isIn(url.hostname, domain)))
    return true
  const api = apiUrl === null ? null : parsed(apiUrl)
  return api !== null && url.host === api.host && url.protocol === api.protocol
}

const isIn = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`)

function parsed(link: string): URL | null {
  return URL.canParse(link) ? new URL(link) : null
}
