/** Text for terminals of 100 columns. */
export const COLUMNS = 100;

/**
 * The words in lines of at most `width` columns, the first one after `head`, the others below its end. A word that is too
 * long for any line keeps its own, so that it can be copied.
 */
export function foldText(head: string, text: string, width = COLUMNS): string {
  const indent = ' '.repeat(head.length);
  let lines = '';
  let line = head;
  let empty = true;
  for (const word of text.split(' ')) {
    if (empty ? line.length + word.length <= width : line.length + 1 + word.length <= width) {
      line += empty ? word : ` ${word}`;
    } else {
      if (line.trim() !== '') lines += `${line.trimEnd()}\n`;
      // What would not fit below the head's end begins further to the left.
      line = indent.length + word.length <= width ? indent + word : `  ${word}`;
    }
    empty = false;
  }
  return `${lines}${line.trimEnd()}\n`;
}

/** Pairs of a name and a value, the values below one another and folded. A repeated name is said once. */
export function foldPairs(pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  let before: string | undefined;
  return pairs
    .map(([name, value]) => {
      const head = `${(name === before ? '' : name).padEnd(width)}  `;
      before = name;
      return foldText(head, value);
    })
    .join('');
}
