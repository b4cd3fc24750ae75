/** The REST routes and what they are for: GET / and every 404 name them, the OpenAPI document describes them. */
export const endpoints: Readonly<Record<string, string>> = {
  'GET /health': 'whether Parley works',
  'GET /models': 'the models that can be chosen',
  'POST /chat': 'one question, the whole answer',
  'POST /chat/stream': 'the same as Server-Sent Events, while it is written',
  'POST /audio/speech': 'a text read aloud, as a sound file',
  'POST /audio/transcriptions': 'what is said in a recording (multipart/form-data)',
  'GET /metrics': 'measurements for Prometheus',
  'GET /openapi.json': 'this API as an OpenAPI document',
}

const routes = Object.keys(endpoints)

export function landing(version: string) {
  return {
    name: 'Parley',
    version,
    description: 'Puts OpenAI models and compatible servers into Discord, Slack and the browser.',
    endpoints,
    documentation: '/openapi.json',
  }
}

/** The methods that exist at this path; none = no such path. */
export const methodsAt = (path: string): string[] =>
  routes.filter((route) => route.endsWith(` ${path}`)).map((route) => route.split(' ')[0] ?? '')

export const nothingHere = (method: string, path: string): string =>
  `There is no ${method} ${path.slice(0, 200)}. There are: ${['GET /', ...routes].join(', ')}.`
