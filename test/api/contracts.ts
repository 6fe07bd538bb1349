import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../lib/api/compatibility/document';

export const folder = join(__dirname, '../../api');
export const readContract = (file: string): Json => parse(readFileSync(join(folder, file), 'utf8')) as Json;
export const contract = readContract('openapi.yaml');

export type Key = string | number;

/** What stands at a place; fails where nothing does, so that no test passes on what is not there. */
export function at(value: Json, ...keys: readonly Key[]): Json {
  return keys.reduce<Json>((inner, key) => {
    const next = Array.isArray(inner) ? (inner as readonly Json[])[Number(key)] : isObject(inner) ? inner[key] : undefined;
    if (next === undefined) throw new Error(`nothing at ${keys.join('/')}: ${key}`);
    return next;
  }, value);
}

/** A contract with another value in one place: a function of the one that is there, or undefined to take it out. */
export function edited(value: Json, keys: readonly Key[], change: (old: Json | undefined) => Json | undefined): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return change(value) ?? null;
  const inner = (old: Json | undefined): Json | undefined => (rest.length === 0 ? change(old) : edited(old ?? {}, rest, change));
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    return list.flatMap((item, index): readonly Json[] => {
      if (index !== Number(key)) return [item];
      const now = inner(item);
      return now === undefined ? [] : [now];
    });
  }
  const object: JsonObject = isObject(value) ? value : {};
  const now = inner(object[key]);
  return Object.fromEntries(Object.entries({ ...object, [key]: now }).filter(([, item]) => item !== undefined)) as Json;
}

export const set = (keys: readonly Key[], value: Json) => (from: Json) => edited(from, keys, () => value);
export const drop =
  (...keys: readonly Key[]) =>
  (from: Json) => {
    at(from, ...keys);
    return edited(from, keys, () => undefined);
  };
export const append = (keys: readonly Key[], value: Json) => (from: Json) =>
  edited(from, keys, (old) => [...(Array.isArray(old) ? (old as readonly Json[]) : []), value]);
export const rename = (keys: readonly Key[], from: string, to: string) => (contractBefore: Json) =>
  edited(contractBefore, keys, (old) =>
    isObject(old) ? (Object.fromEntries(Object.entries(old).map(([key, item]) => [key === from ? to : key, item])) as Json) : old,
  );
