/** A spawner that says that it is there and dies at once. */
import { sendDescriptors } from '../../native/unix-sockets.ts';
import type { SpawnerReport, SpawnerSettings } from '../../runtime/executor/spawner-channel.ts';

const { descriptor } = JSON.parse(process.argv[2] ?? '') as SpawnerSettings;
const report: SpawnerReport = {
  type: 'ready',
  ownProc: false,
  behind: false,
  memoryCgroup: { active: false, reason: 'it dies' },
};
sendDescriptors(descriptor, new TextEncoder().encode(JSON.stringify(report)), []);
process.exit(0);
