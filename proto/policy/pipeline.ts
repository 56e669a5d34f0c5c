/**
 * Veracruz's pipelines: programs one after the other, and choices by whether a file is there.
 *
 *   sequence := (step ";")* step?
 *   step     := path | "if" path "{" sequence "}" ("else" "{" sequence "}")? | "{" sequence "}"
 *
 * Lexing is by longest match, as upstream's (execution-engine, pipeline.lalrpop): `a.wasm;` is one path, so `;` and the
 * braces need white space before them. An empty text is a sequence of nothing.
 */
import { TruceError } from '../errors.ts';
import { isStreamName, LONGEST_PATH, parsePath } from './paths.ts';

export type PipelineStep =
  | { readonly kind: 'run'; readonly path: string }
  | { readonly kind: 'sequence'; readonly steps: readonly PipelineStep[] }
  | {
      readonly kind: 'if';
      readonly path: string;
      readonly whenThere: PipelineStep;
      readonly otherwise: PipelineStep | undefined;
    };

/** Bytes of UTF-8: requests name a pipeline where they would name a file, and receipts repeat it. */
export const LONGEST_PIPELINE_NAME = LONGEST_PATH;

interface Token {
  readonly text: string;
  /** In characters from the start of the text. */
  readonly offset: number;
}

/** White space as Rust's regular expressions have it, which upstream's lexer is made of. */
const TOKEN = /\P{White_Space}+/gu;
/** Nesting beyond this is no pipeline that anyone means. */
const MAXIMUM_DEPTH = 64;
const MARKS: ReadonlySet<string> = new Set([';', '{', '}', 'if', 'else']);

/** @throws TruceError PIPELINE_INVALID {offset, reason} */
export function parsePipeline(text: string): PipelineStep {
  const tokens = [...text.matchAll(TOKEN)].map((match): Token => ({ text: match[0], offset: match.index }));
  const parser = new PipelineParser(tokens, text.length);
  const sequence = parser.sequence(0);
  parser.end();
  return sequence;
}

/** Every program that a pipeline may run. */
export function pipelinePrograms(step: PipelineStep): string[] {
  switch (step.kind) {
    case 'run':
      return [step.path];
    case 'sequence':
      return step.steps.flatMap(pipelinePrograms);
    case 'if':
      return [step.whenThere, step.otherwise].flatMap((branch) =>
        branch === undefined ? [] : pipelinePrograms(branch),
      );
  }
}

class PipelineParser {
  readonly #tokens: readonly Token[];
  readonly #length: number;
  #next = 0;

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens;
    this.#length = length;
  }

  sequence(depth: number): PipelineStep {
    if (depth > MAXIMUM_DEPTH) throw this.#error(`nested deeper than ${MAXIMUM_DEPTH}`);
    const steps: PipelineStep[] = [];
    while (this.#peek() !== undefined && this.#peek() !== '}') {
      steps.push(this.#step(depth));
      if (this.#peek() !== ';') break;
      this.#next++;
    }
    return { kind: 'sequence', steps };
  }

  end(): void {
    if (this.#peek() !== undefined) throw this.#error(`'${this.#peek()}' where nothing, ';' or '}' was due`);
  }

  #step(depth: number): PipelineStep {
    if (this.#peek() === '{') return this.#block(depth);
    if (this.#peek() !== 'if') return { kind: 'run', path: this.#path() };
    this.#next++;
    const path = this.#path();
    const whenThere = this.#block(depth);
    if (this.#peek() !== 'else') return { kind: 'if', path, whenThere, otherwise: undefined };
    this.#next++;
    return { kind: 'if', path, whenThere, otherwise: this.#block(depth) };
  }

  #block(depth: number): PipelineStep {
    this.#expect('{');
    const sequence = this.sequence(depth + 1);
    this.#expect('}');
    return sequence;
  }

  #path(): string {
    const text = this.#peek();
    if (text === undefined || MARKS.has(text)) throw this.#error('a path was due');
    try {
      const { path, directory } = parsePath(text);
      if (directory) throw this.#error('a directory where a file was due');
      if (isStreamName(path)) throw this.#error('a stream where a file was due');
      this.#next++;
      return path;
    } catch (error) {
      if (error instanceof TruceError && error.code === 'PATH_INVALID') throw this.#error(error.message);
      throw error;
    }
  }

  #expect(mark: string): void {
    if (this.#peek() !== mark) throw this.#error(`'${mark}' was due`);
    this.#next++;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text;
  }

  #error(reason: string): TruceError {
    return new TruceError('PIPELINE_INVALID', {
      offset: this.#tokens[this.#next]?.offset ?? this.#length,
      reason,
    });
  }
}
