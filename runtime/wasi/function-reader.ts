/** Walks one function body: its locals, then its instructions, whose last `end` is where the body ends. */
import { InstructionReader } from './instruction-reader.ts';

/** More than any engine takes in one function. Source: WebAssembly JavaScript API, "Limits": 50,000. */
const MAXIMUM_LOCALS = 50_000;

export class FunctionReader extends InstructionReader {
  /** Declared, without the parameters. */
  readonly locals: number;
  /** How many groups they are declared in, where the first group begins, and where the instructions do. */
  readonly groups: number;
  readonly declarations: number;
  readonly instructions: number;

  /** Reads the declarations of locals of the body between the two offsets. Throws MODULE_INVALID. */
  constructor(bytes: Uint8Array, offset: number, end: number) {
    super(bytes, offset, end);
    this.groups = this.count();
    this.declarations = this.offset;
    let locals = 0;
    for (let left = this.groups; left > 0; left--) {
      locals += this.u32();
      if (locals > MAXIMUM_LOCALS) this.fail('too many locals');
      this.plainValueType();
    }
    this.locals = locals;
    this.instructions = this.offset;
    this.start = this.offset;
  }

  /** As `step`; false behind the last `end`. */
  next(): boolean {
    if (this.depth === 0) {
      if (this.offset !== this.end) this.fail('instructions behind the end of a function');
      return false;
    }
    this.step();
    return true;
  }
}
