import parse from 'parse-prometheus-text-format'

export const token = 'a-token-for-prometheus'

export function ask(origin: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> {
  return fetch(`${origin}/metrics`, { redirect: 'manual', ...init, headers })
}

/** What a scraper reads. */
export async function scrape(origin: string) {
  const response = await ask(origin, { authorization: `Bearer ${token}` })
  if (response.status !== 200) throw new Error(`not scraped: ${response.status}`)
  const text = await response.text()
  const families = parse(text)
  /** The series of a metric that have these labels. */
  const series = (name: string, labels: Labels = {}) =>
    // The parser puts histograms together whatever their labels are; how much each observed is a line of its own.
    (families.find(it => it.name === name)?.type === 'HISTOGRAM'
      ? countsOf(text, name)
      : (families.find(it => it.name === name)?.metrics ?? [])
    ).filter(metric => Object.entries(labels).every(([label, value]) => metric.labels?.[label] === value))
  return {
    families,
    series,
    /** The sum of those, or how many observations they hold; nothing where there are none. */
    value(name: string, labels: Labels = {}): number | undefined {
      const found = series(name, labels)
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + Number(value), 0)
    },
  }
}

type Labels = Readonly<Record<string, string>>

function countsOf(text: string, name: string): { readonly value: string; readonly labels: Labels }[] {
  return [...text.matchAll(new RegExp(`^${name}_count(?:{(.*)})? (\\S+)$`, 'gm'))].map(
    ([, labels = '', value = '']) => ({
      value,
      labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, of]) => [label, of])),
    }),
  )
}
