import t from 'tap';
import { type Leave, RunQueue } from '../../../runtime/executor/run-queue.ts';

/** Starts a run and says whether it is going on already. */
async function enter(queue: RunQueue, writes: string[], signal?: AbortSignal) {
  let leave: Leave | undefined;
  const entered = queue.enter(writes, signal).then((end) => {
    leave = end;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return { entered, running: () => leave !== undefined, leave: (gone?: Promise<unknown>) => leave?.(gone) };
}

t.test('runs that write to different entries go on side by side', async (t) => {
  const queue = new RunQueue(2, 8);
  const first = await enter(queue, ['/output/a']);
  const second = await enter(queue, ['/output/b']);
  t.ok(first.running());
  t.ok(second.running());
});

t.test('a run waits for one that may write where it does, above or below', async (t) => {
  for (const [held, wanted] of [
    ['/output', '/output/a'],
    ['/output/a', '/output'],
    ['/output', '/output'],
    ['/', '/output'],
  ] as const) {
    const queue = new RunQueue(4, 8);
    const first = await enter(queue, [held]);
    const second = await enter(queue, [wanted]);
    t.notOk(second.running(), `${wanted} waits for ${held}`);
    first.leave();
    await second.entered;
    t.ok(second.running());
  }
});

t.test('names that only begin alike do not overlap', async (t) => {
  const queue = new RunQueue(4, 8);
  await enter(queue, ['/output']);
  t.ok((await enter(queue, ['/output2'])).running());
});

t.test('those that wait keep their order, and hold up only what overlaps with them', async (t) => {
  const queue = new RunQueue(4, 8);
  const first = await enter(queue, ['/a']);
  const second = await enter(queue, ['/a', '/b']);
  const third = await enter(queue, ['/b']);
  const fourth = await enter(queue, ['/c']);
  t.notOk(third.running(), 'the third would write where the second, which came before it, will');
  t.ok(fourth.running());
  first.leave();
  await second.entered;
  t.notOk(third.running());
  second.leave();
  await third.entered;
});

t.test('no more than so many go on at once, and no more than so many wait', async (t) => {
  const queue = new RunQueue(1, 2);
  const first = await enter(queue, ['/a']);
  const second = await enter(queue, ['/b']);
  await enter(queue, ['/c']);
  t.notOk(second.running());
  t.throws(() => queue.enter(['/d'], undefined), { code: 'RUN_QUEUE_FULL' });
  t.same([queue.running, queue.waiting], [1, 2]);
  first.leave();
  await second.entered;
});

t.test('who waits can leave the queue, and those behind go on', async (t) => {
  const queue = new RunQueue(4, 8);
  await enter(queue, ['/a']);
  const controller = new AbortController();
  const waiting = queue.enter(['/a', '/b'], controller.signal);
  const behind = await enter(queue, ['/b']);
  t.notOk(behind.running());
  controller.abort(new Error('changed my mind'));
  await t.rejects(waiting, /changed my mind/);
  await behind.entered;
  t.equal(queue.waiting, 0);
});

t.test('runs of one program count one by one', async (t) => {
  const queue = new RunQueue(2, 8);
  // A program's list of what it may change is one object for all its runs.
  const nothing: string[] = [];
  const first = await enter(queue, nothing);
  await enter(queue, nothing);
  const third = await enter(queue, nothing);
  t.same([queue.running, queue.waiting], [2, 1]);
  t.notOk(third.running());
  first.leave();
  await third.entered;
  t.same([queue.running, queue.waiting], [2, 0]);
});

t.test('a run that need not wait starts although the queue has no room', async (t) => {
  const queue = new RunQueue(2, 0);
  const first = await enter(queue, ['/a']);
  t.throws(() => queue.enter(['/a'], undefined), { code: 'RUN_QUEUE_FULL' });
  const second = await enter(queue, ['/b']);
  t.ok(second.running());
  t.throws(() => queue.enter(['/c'], undefined), { code: 'RUN_QUEUE_FULL' });
  first.leave();
  t.ok((await enter(queue, ['/a'])).running());
});

t.test('the place of a run whose process is not gone yet is not free; what it wrote to is', async (t) => {
  const queue = new RunQueue(2, 8);
  const first = await enter(queue, ['/a']);
  const second = await enter(queue, ['/a']);
  const third = await enter(queue, ['/b']);
  t.same([second.running(), third.running()], [false, true]);
  let dead: () => void = () => undefined;
  first.leave(
    new Promise<void>((resolve) => {
      dead = resolve;
    }),
  );
  t.equal(queue.running, 1, 'it is over');
  await new Promise((resolve) => setImmediate(resolve));
  t.notOk(second.running(), 'its memory may still be in use');
  dead();
  await second.entered;
  t.equal(queue.running, 2);
});
