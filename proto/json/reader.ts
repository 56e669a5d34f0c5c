/**
 * A strict JSON reader: RFC 8259's grammar and nothing more. Two readers of one document must never see two documents,
 * so what others disagree on is an error: duplicate names, lone surrogates, a byte order mark, bytes that follow.
 */
import { jsonError, sourceText } from './source-text.ts';
import type { JsonValue } from './value.ts';

export interface JsonLimits {
  /** Bytes of UTF-8; 1 MiB unless told. */
  readonly bytes?: number;
  /** How many arrays and objects may enclose a value; 64 unless told. */
  readonly depth?: number;
  /** Values in all, those inside others too: reading costs by them, not by bytes. As many as the bytes can say unless told. */
  readonly values?: number;
}

const DEFAULT_BYTES = 1 << 20;
const DEFAULT_DEPTH = 64;

// Sticky, so each match starts where the reader stands. Source: RFC 8259 sections 2 and 6.
const WHITE_SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 section 7 excludes exactly these from strings.
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Reads one JSON document that fills the input. Error: JSON_INVALID {line, column, reason}. */
export function readJson(input: string | Uint8Array, limits: JsonLimits = {}): JsonValue {
  const reader = new JsonReader(
    sourceText(input, limits.bytes ?? DEFAULT_BYTES),
    limits.depth ?? DEFAULT_DEPTH,
    limits.values ?? Number.POSITIVE_INFINITY,
  );
  return reader.document();
}

class JsonReader {
  readonly #text: string;
  readonly #maximumDepth: number;
  readonly #maximumValues: number;
  #values = 0;
  #position = 0;

  constructor(text: string, maximumDepth: number, maximumValues: number) {
    this.#text = text;
    this.#maximumDepth = maximumDepth;
    this.#maximumValues = maximumValues;
  }

  document(): JsonValue {
    if (this.#text.startsWith('\ufeff')) throw this.#error('a byte order mark');
    this.#skipWhiteSpace();
    const value = this.#value(0);
    this.#skipWhiteSpace();
    if (this.#position < this.#text.length) throw this.#error('text after the document');
    return value;
  }

  #value(depth: number): JsonValue {
    const offset = this.#position;
    this.#values += 1;
    if (this.#values > this.#maximumValues) throw this.#error(`more than ${this.#maximumValues} values`);
    switch (this.#text[offset]) {
      case '{':
        return this.#object(depth + 1);
      case '[':
        return this.#array(depth + 1);
      case '"':
        return { kind: 'string', offset, value: this.#string() };
      case 't':
        this.#word('true');
        return { kind: 'boolean', offset, value: true };
      case 'f':
        this.#word('false');
        return { kind: 'boolean', offset, value: false };
      case 'n':
        this.#word('null');
        return { kind: 'null', offset };
      case undefined:
        throw this.#error('the text ends where a value is due');
      default:
        return { kind: 'number', offset, text: this.#number() };
    }
  }

  #object(depth: number): JsonValue {
    const offset = this.#enter(depth);
    const members = new Map<string, JsonValue>();
    if (this.#skipPast('}')) return { kind: 'object', offset, members };
    do {
      this.#skipWhiteSpace();
      const nameOffset = this.#position;
      if (this.#text[nameOffset] !== '"') throw this.#error('a name in quotes is due');
      const name = this.#string();
      if (members.has(name)) throw jsonError(this.#text, nameOffset, 'a name that the object has already');
      if (!this.#skipPast(':')) throw this.#error("':' is due");
      this.#skipWhiteSpace();
      members.set(name, this.#value(depth));
    } while (this.#skipPast(','));
    if (!this.#skipPast('}')) throw this.#error("',' or '}' is due");
    return { kind: 'object', offset, members };
  }

  #array(depth: number): JsonValue {
    const offset = this.#enter(depth);
    const items: JsonValue[] = [];
    if (this.#skipPast(']')) return { kind: 'array', offset, items };
    do {
      this.#skipWhiteSpace();
      items.push(this.#value(depth));
    } while (this.#skipPast(','));
    if (!this.#skipPast(']')) throw this.#error("',' or ']' is due");
    return { kind: 'array', offset, items };
  }

  #enter(depth: number): number {
    if (depth > this.#maximumDepth) throw this.#error(`nested deeper than ${this.#maximumDepth}`);
    return this.#position++;
  }

  #string(): string {
    const parts: string[] = [];
    const start = this.#position++;
    for (;;) {
      parts.push(this.#match(PLAIN_CHARACTERS) ?? '');
      const character = this.#text[this.#position];
      if (character === '"') break;
      if (character === undefined) throw this.#error('the text ends inside a string');
      if (character !== '\\') throw this.#error('a control character inside a string');
      const escaped = this.#match(ESCAPE);
      if (escaped === undefined) throw this.#error('an unknown escape');
      parts.push(
        SHORT_ESCAPES.get(escaped.slice(1)) ?? String.fromCharCode(Number.parseInt(escaped.slice(2), 16)),
      );
    }
    this.#position += 1;
    const value = parts.join('');
    // The text itself is well-formed, so only escapes can bring in halves; two that make a pair are one character.
    if (/\p{Surrogate}/u.test(value)) throw jsonError(this.#text, start, 'half of a surrogate pair');
    return value;
  }

  #number(): string {
    const text = this.#match(NUMBER);
    if (text === undefined) throw this.#error('no JSON value begins like this');
    if (!Number.isFinite(Number(text))) throw this.#error('a number too large', -text.length);
    return text;
  }

  #word(word: string): void {
    if (!this.#text.startsWith(word, this.#position)) throw this.#error('no JSON value begins like this');
    this.#position += word.length;
  }

  /** White space, then `character`, if it is there. */
  #skipPast(character: string): boolean {
    this.#skipWhiteSpace();
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #skipWhiteSpace(): void {
    this.#match(WHITE_SPACE);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  #error(reason: string, distance = 0): Error {
    return jsonError(this.#text, this.#position + distance, reason);
  }
}
