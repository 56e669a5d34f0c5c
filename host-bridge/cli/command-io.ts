/** Where a command writes: facts to stdout, warnings and progress to stderr. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Everything that could steer a terminal, reorder or break a line. */
const STEERING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/** Writes a JSON document that people can read and a newline. It is ASCII where it could steer a terminal. */
export function printJson(io: CommandIo, value: unknown): void {
  // JSON.stringify itself escapes those below U+0020; the line ends that are left are its own.
  const text = JSON.stringify(value, undefined, 2).replace(STEERING, (character) =>
    character === '\n' ? character : escapeUnits(character),
  );
  io.stdout.write(`${text}\n`);
}

/** The value as one line of JSON, for commands that print one for each of several things. */
export function printJsonLine(io: CommandIo, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value).replace(STEERING, escapeUnits)}\n`);
}

/** Text from outside, with everything that could steer a terminal or break a line spelt out. */
export function printable(text: string): string {
  return text.replace(STEERING, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The character as JSON escapes it: one or two UTF-16 units. */
function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
