import t from 'tap';
import { ComponentCache, type Make } from '../../../runtime/executor/component-cache.ts';
import type { FileContent } from '../../../runtime/vfs/content.ts';

const KIB = 1024;
const making =
  (size: number, made: { count: number } = { count: 0 }): Make =>
  async (target) => {
    made.count++;
    await Promise.resolve();
    target.write(new Uint8Array(size), 0);
  };

/** A make that ends when it is told to. */
function held() {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  let signal: AbortSignal | undefined;
  let count = 0;
  const make: Make = (target: FileContent, _bytes, given) => {
    count++;
    signal = given;
    return new Promise((done, failed) => {
      resolve = () => {
        target.write(new Uint8Array(10), 0);
        done();
      };
      reject = failed;
      given.addEventListener('abort', () => failed(given.reason));
    });
  };
  return {
    make,
    finish: () => resolve(),
    fail: (error: Error) => reject(error),
    aborted: () => signal?.aborted,
    count: () => count,
  };
}

t.test('what was made is kept and not made again', async (t) => {
  const cache = new ComponentCache(100 * KIB);
  const made = { count: 0 };
  for (let run = 0; run < 3; run++) {
    const content = await cache.get('a', making(KIB, made));
    t.equal(content.size, KIB);
    content.dispose();
  }
  t.equal(made.count, 1);
  t.same(cache.status, { components: 1, bytes: KIB });
});

t.test('the one that was used longest ago is given up first', async (t) => {
  const cache = new ComponentCache(100 * KIB);
  const get = async (name: string, make: Make) => (await cache.get(name, make)).dispose();
  const made = { count: 0 };
  await get('a', making(40 * KIB));
  await get('b', making(40 * KIB));
  await get('a', making(40 * KIB));
  await get('c', making(40 * KIB));
  t.same(cache.status, { components: 2, bytes: 80 * KIB });
  await get('a', making(0, made));
  t.equal(made.count, 0, 'it was used after the other');
  await get('b', making(40 * KIB, made));
  t.equal(made.count, 1);
});

t.test('a run keeps what it has, though it is given up meanwhile', async (t) => {
  const cache = new ComponentCache(100 * KIB);
  const first = await cache.get('a', making(90 * KIB));
  const second = await cache.get('b', making(90 * KIB));
  t.equal(cache.status.components, 1);
  t.equal(first.read(new Uint8Array(10), 80 * KIB), 10);
  first.dispose();
  second.dispose();
});

t.test('runs that come while it is made wait for the one that makes it', async (t) => {
  const cache = new ComponentCache(100 * KIB);
  const holder = held();
  const runs = [1, 2, 3].map(() => cache.get('a', holder.make));
  await Promise.resolve();
  holder.finish();
  for (const content of await Promise.all(runs)) t.equal(content.size, 10);
  t.equal(holder.count(), 1);
});

t.test('who gives up waiting stops nobody else; when the last one does, making it ends', async (t) => {
  const cache = new ComponentCache(100 * KIB);
  const holder = held();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = cache.get('a', holder.make, one.signal);
  const second = cache.get('a', holder.make, two.signal);
  one.abort(new Error('the first'));
  await t.rejects(first, { message: 'the first' });
  t.equal(holder.aborted(), false);
  two.abort(new Error('the second'));
  await t.rejects(second, { message: 'the second' });
  t.equal(holder.aborted(), true);
  const again = held();
  const third = cache.get('a', again.make);
  await new Promise(setImmediate);
  again.finish();
  t.equal((await third).size, 10);
});

t.test('a failure is told to all who wait, and the next run tries again', async (t) => {
  const cache = new ComponentCache(100 * KIB);
  const holder = held();
  const runs = [1, 2].map(() => cache.get('a', holder.make));
  await Promise.resolve();
  holder.fail(new Error('refused'));
  for (const run of runs) await t.rejects(run, { message: 'refused' });
  t.equal((await cache.get('a', making(5))).size, 5);
});

t.test('closing ends what is being made', async (t) => {
  const cache = new ComponentCache(100 * KIB);
  const holder = held();
  const run = cache.get('a', holder.make);
  await Promise.resolve();
  cache.dispose();
  await t.rejects(run, { code: 'SHUTTING_DOWN' });
});

t.test('one who comes while what nobody wanted any more is ending gets his own', async (t) => {
  const cache = new ComponentCache(100 * KIB);
  const leaving = new AbortController();
  let end: () => void = () => undefined;
  // As a child that takes a moment to die.
  const slow: Make = (_target, _bytes, signal) =>
    new Promise((_, failed) => {
      end = () => failed(signal.reason);
    });
  const left = t.rejects(cache.get('a', slow, leaving.signal), /the first has left/);
  leaving.abort(new Error('the first has left'));
  await left;
  const second = held();
  const waiting = cache.get('a', second.make);
  end();
  await Promise.resolve();
  const third = cache.get('a', second.make);
  second.finish();
  for (const content of await Promise.all([waiting, third])) content.dispose();
  t.equal(second.count(), 1, 'the end of the one before did not forget the one that goes on');
});

t.test('what is made for nobody takes no room', async (t) => {
  const cache = new ComponentCache(100 * KIB);
  const room = 2 * 100 * KIB;
  for (let time = 0; time < 3; time++) {
    const leaving = new AbortController();
    let finish: () => void = () => undefined;
    const make: Make = (target) => {
      target.write(new Uint8Array(room / 2), 0);
      return new Promise((done) => {
        finish = done;
      });
    };
    const left = t.rejects(cache.get('a', make, leaving.signal), /left/);
    leaving.abort(new Error('left'));
    await left;
    finish();
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.same(cache.status, { components: 0, bytes: 0 });
});
