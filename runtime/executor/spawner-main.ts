/**
 * The spawner: a small process between the runtime and the executor children. It holds no key and no file of the
 * runtime's, starts children on request, and tells how they ended. Where it is the first process of a PID namespace,
 * the kernel kills all of them with it; it dies with the runtime.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { SystemError } from '../../native/errno.ts';
import { mountOwnProc } from '../../native/namespaces.ts';
import {
  closeOnExec,
  dieWithParent,
  disarmInspectorSignal,
  setNoNewPrivileges,
  startSession,
} from '../../native/process-control.ts';
import { closeDescriptor } from '../../native/unix-sockets.ts';
import { ChildUsage } from './child-usage.ts';
import { MemoryCgroups } from './memory-cgroup.ts';
import { checkRequest, SpawnerChannel, type SpawnerSettings, STDERR_BYTES } from './spawner-channel.ts';
import { StartPriority } from './start-priority.ts';

const settings = JSON.parse(process.argv[2] ?? '') as SpawnerSettings;
const children = new Map<number, ChildProcess>();
/** Those that start behind all that runs. */
const lowered = new Set<number>();

// Children must not hold this channel: whoever speaks on it speaks for the spawner.
closeOnExec(3);
disarmInspectorSignal();
dieWithParent();
setNoNewPrivileges();
startSession();
const memory = process.geteuid?.() === 0 ? MemoryCgroups.open(settings.memoryBytes) : 'not root';
const priority = StartPriority.open();
const usage = new ChildUsage(typeof memory === 'string' ? undefined : memory);
// The runtime may be gone since before dieWithParent: then the channel's end says so.
const channel = new SpawnerChannel(settings.descriptor, {
  message: (value, descriptor) => {
    const request = checkRequest(value);
    const { id } = request;
    const program = request.type === 'start' ? settings.childPrograms[request.kind] : undefined;
    if (program !== undefined && descriptor !== undefined && !children.has(id)) {
      start(id, program, descriptor);
      return;
    }
    if (descriptor !== undefined) closeDescriptor(descriptor);
    if (request.type === 'kill') children.get(id)?.kill('SIGKILL');
    else raise(id);
    if (request.type === 'ready') usage.ready(id);
  },
  closed: () => {
    for (const child of children.values()) child.kill('SIGKILL');
    process.exit(0);
  },
});
channel.send({
  type: 'ready',
  ownProc: settings.isolated && mountsOwnProc(),
  behind: priority !== undefined,
  memoryCgroup:
    typeof memory === 'string' ? { active: false, reason: memory } : { active: true, path: memory.path },
});

function start(id: number, program: string, socket: number): void {
  const child = spawn(process.execPath, [...settings.nodeOptions, program], {
    cwd: '/',
    env: {},
    // The child finds its socket at 3.
    stdio: ['ignore', 'ignore', 'pipe', socket],
  });
  closeDescriptor(socket);
  children.set(id, child);
  if (child.pid !== undefined) {
    priority?.lower(child.pid);
    lowered.add(id);
    usage.started(id, child.pid);
  }
  let stderr = Buffer.alloc(0);
  const ended = (code: number | null, signal: NodeJS.Signals | null) => {
    if (!children.delete(id)) return;
    lowered.delete(id);
    setImmediate(() => {
      const resources = usage.take(id);
      channel.send({ type: 'exited', id, code, signal, stderr: stderr.toString('latin1'), resources });
    });
  };
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-STDERR_BYTES);
  });
  child.on('error', (error) => {
    stderr = Buffer.from(error.message);
    // A child that never ran has no other end.
    if (child.pid === undefined) ended(null, null);
  });
  if (child.pid !== undefined && typeof memory !== 'string') {
    try {
      memory.place(id, child.pid);
    } catch (error) {
      // Without the group that it was to have it does not run.
      stderr = Buffer.from(error instanceof Error ? error.message : 'no memory cgroup');
      child.kill('SIGKILL');
    }
  }
  child.on('exit', () => {
    usage.reaped(id);
    if (typeof memory !== 'string') memory.remove(id);
  });
  // With its output: 'exit' may come before the last of it.
  child.on('close', ended);
}

/** Once: it is as quick as all that runs from now on. */
function raise(id: number): void {
  const { pid, exitCode = null, signalCode = null } = children.get(id) ?? {};
  // After its end the number may be another's.
  const alive = pid !== undefined && exitCode === null && signalCode === null;
  if (alive && lowered.delete(id)) priority?.restore(pid);
}

/** Some containers refuse; children open nothing once they are locked in, whatever /proc shows. */
function mountsOwnProc(): boolean {
  try {
    mountOwnProc();
    return true;
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}
