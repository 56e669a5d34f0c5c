/** A runtime for tests: holds a pool with one warm and one busy child, and says so, until it is killed. */
import { sendDescriptors } from '../../native/unix-sockets.ts';
import { ChildPool } from '../../runtime/executor/child-pool.ts';

const [childProgram = '', spawnerProgram = ''] = process.argv.slice(2);
const pool = await ChildPool.start({
  childProgram,
  spawnerProgram,
  warm: 1,
  maximum: 2,
  namespaces: 'if-possible',
});
const child = await pool.take();
sendDescriptors(child.descriptor, new TextEncoder().encode('hang'), []);
await pool.take();
process.stdout.write('holding\n');
setInterval(() => undefined, 1000);
