/** Begins one life of memory cgroups after another, each of which removes what others left empty, until it is killed. */
import { MemoryCgroups, removeMemoryCgroups } from '../../runtime/executor/memory-cgroup.ts';

process.stdout.write('beginning\n');
for (;;) {
  const groups = MemoryCgroups.open(1 << 30);
  if (typeof groups !== 'string') removeMemoryCgroups(groups.path);
}
