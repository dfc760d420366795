import { ApplyRefused } from './apply-refused.ts'

/**
 * The value that a file spells, as JSON or YAML by its name and else by its first character.
 * @throws ApplyRefused with the place, never with the text there: it may hold a secret.
 */
export async function parseDocument(text: string, name: string): Promise<unknown> {
  const source = text.replace(/^\uFEFF/, '')
  const yamlName = /\.ya?ml$/i.test(name)
  const json = /\.json$/i.test(name) || (!yamlName && /^\s*[{[]/.test(source))
  if (!json) return parseYaml(source, name, 'YAML')
  try {
    return JSON.parse(source)
  } catch {
    // JSON.parse quotes the text around its error; YAML's parser knows the place and every JSON error but a few.
    await parseYaml(source, name, 'JSON')
    throw refused(
      name,
      'JSON',
      'something that YAML allows and JSON does not: a comment, a trailing comma, other quotes',
    )
  }
}

async function parseYaml(source: string, name: string, language: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(source, { prettyErrors: false, lineCounter: lines, logLevel: 'silent' })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0])
    throw refused(name, language, `${words(fault.code)} at line ${line}, column ${col}`)
  }
  try {
    return document.toJS()
  } catch {
    throw refused(name, language, 'aliases that cannot be followed, or too many of them')
  }
}

/** `DUPLICATE_KEY` as people write it. */
function words(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ')
}

function refused(name: string, language: string, came: string): ApplyRefused {
  return new ApplyRefused([{ file: name, path: '', expected: `valid ${language}`, came }])
}
