const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** The hidden fields of a page, as a browser would read them. */
export function fieldsOf(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [decoded(name), decoded(value)]))
}

/** Where the first form of a page posts to. */
export function actionOf(html: string): string | undefined {
  const action = /<form method="post" action="([^"]*)"/.exec(html)?.[1]
  return action === undefined ? undefined : decoded(action)
}

/** Text as it was before it was escaped. */
export function decoded(text: string): string {
  return text.replaceAll(/&([a-z]+|#\d+);/g, (whole, name: string) => entities[name] ?? whole)
}
