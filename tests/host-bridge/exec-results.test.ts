/** What of the host `truce exec` writes to, as a shell names it. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { compileSample } from '../programs/sample-programs.ts';
import { repositoryRoot } from '../support/repository.ts';

const COMMAND = fileURLToPath(new URL('dist/truce.js', repositoryRoot));
const RANDOM_SOURCE = fileURLToPath(new URL('examples/random-source/random-source.wasm', repositoryRoot));
const folder = t.testdir({ same: 'before', data: 'data' });
const at = (name: string) => join(folder, name);
const ECHO = at('echo-stdin.wasm');
writeFileSync(ECHO, await compileSample('echo-stdin'));

/** Runs a line of bash's in the folder, where `$T` is `truce exec` and `$R` writes 4 bytes to the path behind it. */
function shell(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = `T="${process.execPath} ${COMMAND} exec"; R="${RANDOM_SOURCE} -- 4"; E="${ECHO}"\n${line}`;
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

t.test('what the program prints to takes no result, and is as it was', async (t) => {
  const { code, stderr } = await shell('echo kept > printed; $T --out /o/::/dev/stdout $R /o/r >> printed');
  t.match([code, stderr], [1, /stdout: what the program prints goes there already; name another file/]);
  t.equal(readFileSync(at('printed'), 'utf8'), 'kept\n');
});

t.test('a result below a folder takes no place of what the program prints to either', async (t) => {
  const { code, stderr } = await shell('mkdir res; $T --out /o/::res $R /o/log.txt > res/log.txt');
  t.match([code, stderr], [1, /res\/log\.txt: what the program prints goes there already/]);
  t.match(await shell('$T --dir res::/res --out /res::res $E < data > res/log.txt'), { code: 0, stderr: '' });
  t.equal(readFileSync(at('res/log.txt'), 'utf8'), 'data', 'what is left alone is in nobody’s way');
});

t.test('a result may lie behind a link that came with --dir', async (t) => {
  await shell('mkdir -p rel/releases/1; ln -s releases/1 rel/latest');
  t.match(await shell('$T --dir rel::/rel --out /rel/latest/r::r1 $R /rel/latest/r'), {
    code: 0,
    stderr: '',
  });
  t.equal(readFileSync(at('r1')).length, 4);
  t.match(await shell('$T --dir rel::/rel --out /rel/latest/::r2 $R /rel/releases/1/r'), { code: 0 });
  t.equal(readFileSync(at('r2/r')).length, 4);
});

t.test('a report is written where its links led before the run', async (t) => {
  await shell('mkdir -p h/deep reports; echo > reports/r.json; ln -s ../reports/r.json h/rep');
  t.match(await shell('$T --report h/rep --out /o/::h $R /o/rep'), { code: 0, stderr: '' });
  t.match(JSON.parse(readFileSync(at('reports/r.json'), 'utf8')), { status: 0 });
  t.equal(readFileSync(at('h/rep')).length, 4, 'the result took the place of the link');
  const printed = await shell('$T --report printed-too $E < data > printed-too');
  t.match([printed.code, printed.stderr], [1, /what the program prints goes there already/]);
});

t.test('a report and a result do not share a place', async (t) => {
  const { code, stderr } = await shell('$T --report ./same --out /o/r::same $R /o/r');
  t.match([code, stderr], [1, /\.\/same: an --out goes there, too/]);
  const within = await shell('$T --report new/r --out /o/::new $R /o/r');
  t.match([within.code, within.stderr], [1, /new\/r: ENOENT/], 'its folder has to be there');
  const folder = await shell('mkdir new; $T --report new/r --out /o/::new $R /o/r');
  t.match([folder.code, folder.stderr], [1, /new\/r: the report goes there/]);
  t.match(JSON.parse(readFileSync(at('new/r'), 'utf8')), { status: 1, exitCode: 0 });
  const elsewhere = await shell('$T --report ./same --out /q::none/x --out /o/r::same $R /o/r');
  t.match([elsewhere.code, elsewhere.stderr], [1, /none\/x: ENOENT/]);
  t.equal(readFileSync(at('same'), 'utf8'), 'before');
  const again = '$T --report kept/report --dir kept::/kept --out /kept/::kept $E < /dev/null';
  for (const line of ['mkdir kept', again, again]) t.match(await shell(line), { code: 0, stderr: '' });
});

t.test('a file that another process of the shell opened is standard input', async (t) => {
  t.match(await shell('$T --stdin /dev/fd/5 $E 5< data'), { code: 0, stdout: 'data', stderr: '' });
  t.match(await shell('$T --deterministic --stdin /dev/fd/5 $E 5< data'), { code: 0, stdout: 'data' });
});

t.test('names that are not UTF-8 are refused wherever files are named', async (t) => {
  // The replacement character's own name is there, too: it is what such a name would be taken for.
  await shell(`mkdir odd $'odd/d\\xff' $'odd/d\\xef\\xbf\\xbd'; for d in odd/d*; do cp data "$d/data"; done`);
  const odd = "$'odd/d\\xff/data'";
  for (const line of [
    `$T --stdin ${odd} $E`,
    `$T --dir ${odd}::/d $E`,
    `$T --out /d::${odd} $E`,
    `$T --report ${odd} $E`,
    `$T ${odd}`,
  ])
    t.match(
      await shell(line),
      { code: 2, stderr: /the path is not UTF-8; rename it, or make a link to it/ },
      line,
    );
  await shell("ln -s $'d\\xff' odd/link");
  for (const [line, verb] of [
    ['$T --dir odd/link/data::/d $E', 'read'],
    ['$T --out /o/r::odd/link/new $R /o/r', 'write'],
    [`cd odd/link; $T --out /o/r::new $R /o/r`, 'write'],
  ])
    t.match(await shell(line!), {
      code: 1,
      stderr: new RegExp(`cannot ${verb} .*: names on the way are not UTF-8`),
    });
  t.match(
    await shell(`$T --stdin odd/link/data $E`),
    { code: 0, stdout: 'data' },
    'nothing is decoded there',
  );
  const named = `$T --dir $'odd/d\\xef\\xbf\\xbd'::/d --stdin $'odd/d\\xef\\xbf\\xbd/data' $E`;
  t.match(await shell(named), { code: 0, stdout: 'data' });
});
