/*
 * Our validator and ajv judge the same values alike.
 *
 * The values and our judgement come from the program bench-instances; ajv gets
 * the same schemas, with the one thing said that is our default: what an object
 * does not name, it does not have.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

interface Judge {
  (value: unknown): boolean
  errors?: unknown
}
interface Ajv {
  addFormat(name: string, fits: (text: string) => boolean): Ajv
  addVocabulary(words: string[]): Ajv
  addSchema(schema: object, name: string): Ajv
  getSchema(name: string): Judge | undefined
}
interface Line {
  schema: string
  right: boolean
  value: unknown
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const web = createRequire(path.join(root, 'web/package.json'))
const Ajv2020 = web('ajv/dist/2020').default as new (options: object) => Ajv
const yaml = web('yaml') as { parse(text: string): Record<string, unknown> }
const schemas = 'tests/lib/agree.yaml'
const count = 4400

/* As the browser has them: digits and separators, not our parser in another language. */
const formats: Record<string, (text: string) => boolean> = {
  phone: (text) => {
    if (!/^(?:\+86[ -]?)?\d+(?:[ -]\d+)*$/.test(text)) return false
    const digits = text.replace(/[ -]/g, '')
    const fixed = '(?:10[2-8]\\d{7}|2[0-57-9][2-8]\\d{7}|[3-9]\\d{2}[2-8]\\d{6,7})'
    return new RegExp(`^(?:(?:\\+86)?1[3-9]\\d{9}|0${fixed}|\\+86${fixed})$`).test(digits)
  },
  slug: (text) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text),
  date: (text) => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
    const day = new Date(`${text}T00:00:00Z`)
    return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
  },
  'date-time': (text) =>
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/.test(text) &&
    !Number.isNaN(Date.parse(text)),
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return 'properties' in copy && copy.type === 'object' ? { additionalProperties: false, ...copy } : copy
}

function validators(): Ajv {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true })
  ajv.addVocabulary(['x-right', 'x-wrong', 'components'])
  for (const [name, fits] of Object.entries(formats)) ajv.addFormat(name, fits)
  const components = closed(yaml.parse(readFileSync(path.join(root, schemas), 'utf8')))
  return ajv.addSchema({ components: { schemas: components } }, 'agree')
}

function lines(): Line[] {
  const program = path.resolve(root, process.env.LINLI_BUILD ?? 'build', 'bench-instances')
  const out = execFileSync(program, [schemas, String(count)], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  return out.trimEnd().split('\n').map((line) => JSON.parse(line) as Line)
}

test('our validator and ajv agree on made values', () => {
  const ajv = validators()
  const seen = { right: 0, wrong: 0 }
  const disagreed: Line[] = []
  for (const line of lines()) {
    const judge = ajv.getSchema(`agree#/components/schemas/${line.schema}`)
    expect(judge, line.schema).toBeDefined()
    if (judge!(line.value) !== line.right) disagreed.push(line)
    seen[line.right ? 'right' : 'wrong']++
  }
  expect(disagreed).toEqual([])
  expect(seen.right).toBeGreaterThan(count / 3)
  expect(seen.wrong).toBeGreaterThan(count / 3)
})
