/*
 * api/openapi.yaml as a judge of replies: the status must be listed, the media
 * type one of its, a JSON body must fit its schema.  Objects are closed unless
 * they say otherwise, and patterns are anchored, as the contract defines.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 as Ajv, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { Reply } from './wire';

type Json = { [key: string]: Json } & Record<string, any>;

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  parameters: Parameter[];
  responses: Json;
  allow: string[]; // anyone, signed_in, or post:NAME
}

const file = fileURLToPath(new URL('../../../api/openapi.yaml', import.meta.url));
const document = parse(readFileSync(file, 'utf8')) as Json;

const formats: Record<string, RegExp> = {
  id: /^[0-9A-HJKMNP-TV-Z]{13}$/,
  tracking: /^[0-9A-HJKMNP-TV-Z]{26}$/,
  slug: /^[a-z0-9]+(-[a-z0-9]+)*$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  'uri-reference': /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/,
};

function local(reference: string): Json {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<Json>((node, key) => node[key] as Json, document);
}

function resolve(node: Json): Json {
  return typeof node.$ref === 'string' ? local(node.$ref) : node;
}

/* The schema as ajv shall read it: closed objects, anchored patterns. */
function exact(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(exact);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, exact(value)])) as Json;
  const types = [copy.type].flat();
  if (typeof copy.pattern === 'string') copy.pattern = `^(?:${copy.pattern})$` as any;
  if (types.includes('object') && copy.properties !== undefined && copy.additionalProperties === undefined) {
    copy.additionalProperties = false as any;
  }
  return copy;
}

const ajv = new Ajv({ allErrors: true, strict: false, formats });
ajv.addSchema(exact({ components: document.components }) as object, 'contract');

const compiled = new Map<string, ValidateFunction>();

function validator(key: string, schema: Json): ValidateFunction {
  let found = compiled.get(key);
  if (found === undefined) {
    const text = JSON.stringify(exact(schema)).replaceAll('"#/', '"contract#/');
    found = ajv.compile(JSON.parse(text) as object);
    compiled.set(key, found);
  }
  return found;
}

function operations(): Map<string, Operation> {
  const found = new Map<string, Operation>();
  for (const [path, methods] of Object.entries(document.paths as Json)) {
    for (const [method, body] of Object.entries(methods as Json)) {
      const parameters = ((body.parameters ?? []) as Json[]).map((one) => {
        const { name, in: place, required } = resolve(one);
        return { name, in: place, required: required === true } as unknown as Parameter;
      });
      const id = String(body.operationId);
      found.set(id, { id, method: method.toUpperCase(), path, parameters, responses: body.responses as Json, allow: body['x-allow'] as unknown as string[] });
    }
  }
  return found;
}

export const contract = operations();

/* What is wrong with a reply, or nothing. */
export function judge(operation: Operation, reply: Reply): string[] {
  const listed = operation.responses[reply.status] ?? operation.responses.default;
  if (listed === undefined) return [`${operation.id}: status ${reply.status} is not in the contract: ${reply.text}`];
  const content = resolve(listed).content as Json | undefined;
  if (content === undefined) return [];
  const type = (reply.headers['content-type'] ?? '').replace(/;.*/, '');
  const media = content[type] ?? content['*/*'];
  if (media === undefined) return [`${operation.id}: ${reply.status} came as "${type}": ${reply.text.slice(0, 300)}`];
  if (media.schema === undefined) return [];
  const fits = validator(`${operation.id} ${reply.status} ${type}`, media.schema);
  const body: unknown = JSON.parse(reply.text);
  if (fits(body)) return [];
  return (fits.errors ?? []).map(
    (error) => `${operation.id} ${reply.status}: ${error.instancePath} ${error.message} in ${reply.text.slice(0, 600)}`,
  );
}
