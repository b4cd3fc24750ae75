import { lazy } from '../lazy.ts'

/** ISO 639-1. */
const codes =
  'aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu'.split(
    ' ',
  )

const english = lazy(() => new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' }))

/** `German`; the code itself where nobody knows its name. */
export const languageName = (code: string): string => nameOf(code) ?? code

/** The code of `de`, `German`, `Deutsch`, `de-AT`; null = no language that is known. */
export function languageCode(words: string): string | null {
  const wanted = words.trim().toLowerCase()
  const [code = ''] = wanted.split(/[-_]/)
  return codes.find((one) => one === code) ?? codes.find((one) => isNamed(one, wanted)) ?? null
}

const isNamed = (code: string, wanted: string): boolean =>
  nameOf(code)?.toLowerCase() === wanted || ownName(code) === wanted

function nameOf(code: string): string | undefined {
  try {
    return english().of(code)
  } catch {
    // What models and servers call a language need not be a code.
    return undefined
  }
}

const ownName = (code: string): string | undefined =>
  new Intl.DisplayNames([code], { type: 'language', fallback: 'none' }).of(code)?.toLowerCase()
