/** The simulator's root on disk: made once, and never replaced in silence. */
import { X509Certificate } from 'node:crypto';
import { chmodSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openSimulatorRoot, type SimulatorRoot } from '../../host-bridge/launcher/simulator-root.ts';

t.test('the root is made once, kept, and shared by simulators that start together', async (t) => {
  const path = join(t.testdir(), 'state', 'simulator');
  const roots = await Promise.all(Array.from({ length: 8 }, () => openSimulatorRoot(path, Date.now())));
  for (const root of roots) t.equal(root.certificatePem, roots[0]!.certificatePem);
  t.equal((await openSimulatorRoot(path, Date.now())).certificatePem, roots[0]!.certificatePem);
  t.equal(statSync(roots[0]!.keyPath).mode & 0o777, 0o600);
  t.equal(statSync(roots[0]!.certificatePath).mode & 0o777, 0o644);
  t.match(new X509Certificate(roots[0]!.certificatePem).subject, /CN=truce simulator root \(not AWS\)/);
});

t.test('a root that is damaged or open to others is refused, not replaced', async (t) => {
  const damages: ((root: SimulatorRoot) => void)[] = [
    ({ keyPath }) => chmodSync(keyPath, 0o640),
    ({ keyPath }) => rmSync(keyPath),
    ({ certificatePath }) => rmSync(certificatePath),
    ({ certificatePath }) => writeFileSync(certificatePath, 'nonsense'),
    ({ keyPath }) => writeFileSync(keyPath, 'nonsense'),
  ];
  const folder = t.testdir();
  for (const [index, damage] of damages.entries()) {
    const path = join(folder, `damaged-${index}`);
    damage(await openSimulatorRoot(path, Date.now()));
    await t.rejects(openSimulatorRoot(path, Date.now()), { code: 'SIMULATOR_ROOT_INVALID' });
  }
  const [left, right] = [join(folder, 'left'), join(folder, 'right')];
  const mixed = await openSimulatorRoot(left, Date.now());
  writeFileSync(mixed.certificatePath, (await openSimulatorRoot(right, Date.now())).certificatePem);
  await t.rejects(openSimulatorRoot(left, Date.now()), {
    code: 'SIMULATOR_ROOT_INVALID',
    message: /not the key/,
  });
});
