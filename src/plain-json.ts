/** What a terminal obeys, or reads in another order, and JSON leaves as it is. */
const obeyed = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** JSON that says the same, and in which a terminal finds nothing to obey: strangers chose some of its strings. */
export function plainJson(json: string): string {
  return json.replaceAll(obeyed, it => it.split('').map(escaped).join(''))
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
