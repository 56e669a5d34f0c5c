// Reads numbers, one a line, and writes how many there are, their mean and their extremes: /input/numbers.txt to
// /output/statistics.json. Ends with an error where a line is no number, and names only the line.
import { getDirectories } from 'wasi:filesystem/preopens@0.2.12';

const PIECE_BYTES = 65536n;

export const run = { run: main };

function main() {
  const [[root]] = getDirectories();
  const lines = readText(root, 'input/numbers.txt').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const numbers = lines.map((line, index) => {
    const number = Number(line);
    if (line.trim() === '' || !Number.isFinite(number)) throw `line ${index + 1} is no number`;
    return number;
  });
  if (numbers.length === 0) throw 'there are no numbers';
  let [sum, smallest, largest] = [0, Infinity, -Infinity];
  for (const number of numbers) {
    sum += number;
    smallest = Math.min(smallest, number);
    largest = Math.max(largest, number);
  }
  const result = { count: numbers.length, mean: sum / numbers.length, smallest, largest };
  writeText(root, 'output/statistics.json', `${JSON.stringify(result)}\n`);
}

function readText(root, path) {
  const file = root.openAt({ symlinkFollow: true }, path, {}, { read: true });
  const decoder = new TextDecoder();
  let text = '';
  for (let offset = 0n; ; ) {
    const [bytes, ended] = file.read(PIECE_BYTES, offset);
    text += decoder.decode(bytes, { stream: true });
    offset += BigInt(bytes.length);
    if (ended || bytes.length === 0) return text + decoder.decode();
  }
}

function writeText(root, path, text) {
  const file = root.openAt({}, path, { create: true, truncate: true }, { write: true });
  const bytes = new TextEncoder().encode(text);
  for (let offset = 0; offset < bytes.length; )
    offset += Number(file.write(bytes.subarray(offset), BigInt(offset)));
}
