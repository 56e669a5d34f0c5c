/**
 * Begins one life of memory cgroups after another, each of which removes what others left empty, until it is killed: or for
 * a minute, should its test have been killed first.
 */
import { MemoryCgroups, removeMemoryCgroups } from '../../runtime/executor/memory-cgroup.ts';

const until = performance.now() + 60_000;
process.stdout.write('beginning\n');
while (performance.now() < until) {
  const groups = MemoryCgroups.open(1 << 30);
  if (typeof groups !== 'string') removeMemoryCgroups(groups.path);
}
