/** The program's memory as the trace reads it: a pointer that leads nowhere is shown as such, and disturbs nothing. */

/** Bytes of a path that are shown. */
const MOST_TEXT_BYTES = 1024;
/** What could steer a terminal, reorder or break a line, or be taken for the end of the text. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}"\\]/gu;
const decoder = new TextDecoder();

export class TraceMemory {
  #memory: WebAssembly.Memory | undefined;

  bind(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  u8(pointer: number): number | undefined {
    return this.#view(pointer, 1)?.getUint8(0);
  }

  u16(pointer: number): number | undefined {
    return this.#view(pointer, 2)?.getUint16(0, true);
  }

  u32(pointer: number): number | undefined {
    return this.#view(pointer, 4)?.getUint32(0, true);
  }

  u64(pointer: number): bigint | undefined {
    return this.#view(pointer, 8)?.getBigUint64(0, true);
  }

  /** In quotes, cut where it is long. */
  text(pointer: number, length: number): string {
    const view = this.#view(pointer, length);
    if (view === undefined) return `${length} bytes at 0x${pointer.toString(16)}`;
    const shown = new Uint8Array(view.buffer, view.byteOffset, Math.min(length, MOST_TEXT_BYTES));
    const text = escapeText(decoder.decode(shown));
    return length > MOST_TEXT_BYTES ? `"${text}"... ${length} bytes` : `"${text}"`;
  }

  #view(pointer: number, length: number): DataView | undefined {
    const buffer = this.#memory?.buffer;
    if (buffer === undefined || pointer + length > buffer.byteLength) return undefined;
    return new DataView(buffer, pointer, length);
  }
}

/** Text that stays in its line and between its quotes. */
export function escapeText(text: string): string {
  return text.replace(STEERING, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
