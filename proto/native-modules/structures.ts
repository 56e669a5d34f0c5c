/**
 * What the Postcard Service turns into JSON: a list of one structure, made up to show that it can be done. Upstream's
 * names are kept, since they are in the JSON. Source: Veracruz, native_modules/postcard.rs.
 */
import type { PostcardReader } from '../postcard/reader.ts';
import { jsonDouble } from './json-double.ts';

type Read = (reader: PostcardReader) => string;

const u16: Read = (reader) => String(reader.u16());
const u32: Read = (reader) => String(reader.u32());
const u64: Read = (reader) => String(reader.u64());
const i32: Read = (reader) => String(reader.i32());
const i64: Read = (reader) => String(reader.i64());
const f64: Read = (reader) => jsonDouble(reader.f64());
const char: Read = (reader) => JSON.stringify(reader.char());

/** `[a, b]` in Rust: its length is known, and not written. */
function array(element: Read, length: number): Read {
  return (reader) => `[${Array.from({ length }, () => element(reader)).join(',')}]`;
}

function structure(fields: Readonly<Record<string, Read>>): Read {
  const all = Object.entries(fields);
  return (reader) => `{${all.map(([name, read]) => `"${name}":${read(reader)}`).join(',')}}`;
}

/** Variants that hold one value each, in the order of their numbers. */
function enumeration(variants: Readonly<Record<string, Read>>): Read {
  const all = Object.entries(variants);
  return (reader) => {
    const [name, read] = all[reader.variant(all.length)]!;
    return `{"${name}":${read(reader)}}`;
  };
}

const enum1 = enumeration({ ENUM1_1: u32, ENUM1_2: i64, ENUM1_3: char, ENUM1_4: array(char, 11) });

const struct1 = structure({
  f1: f64,
  f2: f64,
  f3: f64,
  i1: i64,
  i2: i64,
  i3: i64,
  c1: char,
  c2: char,
  c3: char,
  e1: enum1,
});

const struct2 = structure({
  u1: u64,
  u2: u64,
  u3: u64,
  t1: struct1,
  array1: array(u16, 7),
  array2: array(i32, 13),
  e1: enum1,
});

const enum2 = enumeration({ ENUM2_1: struct2, ENUM2_2: array(u16, 5), ENUM2_3: u16 });
const struct3 = structure({ e1: enum2, e2: enum2, e3: enum2 });

/** The JSON of a list of `Struct3`, byte for byte as serde_json writes it. @throws PostcardError */
export function structuresToJson(reader: PostcardReader): string {
  const length = reader.length();
  const elements: string[] = [];
  for (let index = 0; index < length; index++) elements.push(struct3(reader));
  return `[${elements.join(',')}]`;
}
