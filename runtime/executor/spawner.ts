/** The runtime's side of the spawner: starts it, in namespaces of its own where the machine lets us, and speaks to it. */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { SystemError } from '../../native/errno.ts';
import { NamespaceFlag, startIsolated } from '../../native/namespaces.ts';
import { killProcess, reapChild } from '../../native/process-control.ts';
import { closeDescriptor, socketPair } from '../../native/unix-sockets.ts';
import { TruceError } from '../../proto/errors.ts';
import type { ChildKind, ChildPrograms } from './child-kinds.ts';
import { removeMemoryCgroups } from './memory-cgroup.ts';
import type { ChildResources } from './run-report.ts';
import {
  type ChildExit,
  checkReport,
  type MemoryCgroupStatus,
  SpawnerChannel,
  type SpawnerReport,
  type SpawnerSettings,
} from './spawner-channel.ts';

/** It leaves garbage alone: V8 would let its young generation grow by 30 MiB, now and then, before it looks through it. */
const SPAWNER_OPTIONS = ['--max-semi-space-size=1'];
const START_MILLISECONDS = 20_000;
const REAP_POLL_MILLISECONDS = 5;
/** Where the ordinary spawner finds its end of the channel. */
const CHANNEL_DESCRIPTOR = 3;
const ISOLATION = NamespaceFlag.pid | NamespaceFlag.network | NamespaceFlag.ipc | NamespaceFlag.mount;
/** Who is not root may have them where it has a user namespace too, and the machine allows that. */
const NAMESPACES = process.geteuid?.() === 0 ? ISOLATION : ISOLATION | NamespaceFlag.user;

export interface SpawnerOptions {
  /** Path of the spawner's JavaScript. */
  readonly spawnerProgram: string;
  readonly childPrograms: ChildPrograms;
  /** 'required': no namespaces, no spawner. */
  readonly namespaces: 'required' | 'if-possible';
  /** What the memory cgroup of each child allows it, where there are such. */
  readonly memoryBytes: number;
}

export interface SpawnerEvents {
  /** A child is dead and reaped, and its output read. */
  exited(id: number, exit: ChildExit, stderr: string, resources: ChildResources): void;
  /** The spawner is dead, and so are all its children that were in its namespaces. Not after `close`. */
  lost(): void;
}

/** Whether children live in PID, network, IPC and mount namespaces of their own; if not, why. */
export interface NamespaceStatus {
  readonly active: boolean;
  readonly reason: string;
  /** Whether their /proc shows themselves only. */
  readonly ownProc: boolean;
}

type SpawnerReady = Extract<SpawnerReport, { type: 'ready' }>;

interface Running {
  readonly pid: number;
  /** Kills it, where it still runs, and resolves when it is reaped. */
  end(): Promise<void>;
}

export class Spawner {
  readonly pid: number;
  readonly namespaces: NamespaceStatus;
  readonly memoryCgroup: MemoryCgroupStatus;
  /** Whether children that nobody waits for start behind all that runs. */
  readonly behind: boolean;
  /** Whether it has died; not by `close`. */
  lost = false;
  readonly #process: Running;
  readonly #channel: SpawnerChannel;
  readonly #events: SpawnerEvents;
  #closing = false;

  private constructor(
    running: Running,
    channel: SpawnerChannel,
    namespaces: NamespaceStatus,
    { memoryCgroup, behind }: Pick<SpawnerReady, 'memoryCgroup' | 'behind'>,
    events: SpawnerEvents,
  ) {
    this.memoryCgroup = memoryCgroup;
    this.behind = behind;
    this.pid = running.pid;
    this.#process = running;
    this.#channel = channel;
    this.namespaces = namespaces;
    this.#events = events;
  }

  /**
   * To be called on the main thread: the spawner dies with the thread that starts it.
   * @throws TruceError NAMESPACES_REFUSED, EXECUTOR_UNAVAILABLE
   */
  static async start(options: SpawnerOptions, events: SpawnerEvents): Promise<Spawner> {
    let reason: string;
    try {
      return await Spawner.#launch(options, events, {
        active: true,
        reason: 'own PID, network, IPC and mount namespaces',
      });
    } catch (error) {
      if (error instanceof SystemError && error.syscall === 'clone') reason = error.message;
      else if (error instanceof TruceError) reason = 'the spawner does not start in them';
      else throw error;
    }
    if (options.namespaces === 'required') throw new TruceError('NAMESPACES_REFUSED', { reason });
    return Spawner.#launch(options, events, { active: false, reason });
  }

  static async #launch(
    options: SpawnerOptions,
    events: SpawnerEvents,
    namespaces: Omit<NamespaceStatus, 'ownProc'>,
  ): Promise<Spawner> {
    const [ours, theirs] = socketPair('seqpacket');
    let running: Running;
    try {
      running = (namespaces.active ? runIsolated : runOrdinary)(options, theirs);
    } catch (error) {
      closeDescriptor(ours);
      throw error;
    } finally {
      closeDescriptor(theirs);
    }
    return new Promise((resolve, reject) => {
      let spawner: Spawner | undefined;
      const unready = () =>
        reject(new TruceError('EXECUTOR_UNAVAILABLE', { reason: 'the spawner does not start' }));
      const timer = setTimeout(() => channel.close(), START_MILLISECONDS);
      const channel = new SpawnerChannel(ours, {
        message: (value) => {
          const report = checkReport(value);
          if (report.type === 'ready') {
            clearTimeout(timer);
            const found = { ...namespaces, ownProc: report.ownProc };
            spawner = new Spawner(running, channel, found, report, events);
            resolve(spawner);
          } else {
            const { id, code, signal, stderr, resources } = report;
            events.exited(id, { code, signal }, stderr, resources);
          }
        },
        closed: async () => {
          clearTimeout(timer);
          await running.end();
          if (spawner?.memoryCgroup.active) removeMemoryCgroups(spawner.memoryCgroup.path);
          if (spawner === undefined) unready();
          else if (!spawner.#closing) {
            spawner.lost = true;
            spawner.#events.lost();
          }
        },
      });
    });
  }

  /** Starts a child that finds `descriptor`, which is the spawner's from now on, at 3. `exited` comes in any case. */
  spawn(id: number, kind: ChildKind, descriptor: number): void {
    this.#channel.send({ type: 'start', id, kind }, [descriptor]);
  }

  /** Somebody waits for the child, which starts behind all that runs otherwise. */
  hurry(id: number): void {
    this.#channel.send({ type: 'hurry', id });
  }

  /** The child waits for its job: what it uses from now on is its program's. */
  ready(id: number): void {
    this.#channel.send({ type: 'ready', id });
  }

  /** SIGKILL. Nothing where it has ended already. */
  kill(id: number): void {
    this.#channel.send({ type: 'kill', id });
  }

  /** Kills the spawner and all children; resolves when it is reaped (and, in namespaces, every child dead). */
  async close(): Promise<void> {
    this.#closing = true;
    this.#channel.close();
    await this.#process.end();
    if (this.memoryCgroup.active) removeMemoryCgroups(this.memoryCgroup.path);
  }
}

/** In namespaces of its own: the kernel ends its children with it, before it can be reaped. */
function runIsolated(options: SpawnerOptions, descriptor: number): Running {
  const pid = startIsolated({
    path: process.execPath,
    args: [
      process.execPath,
      ...SPAWNER_OPTIONS,
      options.spawnerProgram,
      settingsOf(options, descriptor, true),
    ],
    environment: [],
    namespaces: NAMESPACES,
    inheritedDescriptor: descriptor,
  });
  let ended: Promise<void> | undefined;
  const end = async () => {
    killProcess(pid, 'SIGKILL');
    // Polled: SIGCHLD is libuv's, which knows only the children that it started.
    while (reapChild(pid, { wait: false }) === undefined) await delay(REAP_POLL_MILLISECONDS);
  };
  return {
    pid,
    end: () => {
      ended ??= end();
      return ended;
    },
  };
}

function runOrdinary(options: SpawnerOptions, descriptor: number): Running {
  const child = spawn(
    process.execPath,
    [...SPAWNER_OPTIONS, options.spawnerProgram, settingsOf(options, CHANNEL_DESCRIPTOR, false)],
    { cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'ignore', descriptor], detached: true },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  if (child.pid === undefined)
    throw new TruceError('EXECUTOR_UNAVAILABLE', { reason: 'the spawner cannot be started' });
  return {
    pid: child.pid,
    end: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

function settingsOf(options: SpawnerOptions, descriptor: number, isolated: boolean): string {
  const { childPrograms, memoryBytes } = options;
  return JSON.stringify({
    descriptor,
    childPrograms,
    nodeOptions: nodeOptions(),
    memoryBytes,
    isolated,
  } satisfies SpawnerSettings);
}

/**
 * Children evaluate no text as JavaScript. They listen to no inspector signal either, where Node has a switch for it;
 * without one the signal's thread would find sockets denied once they are locked in.
 */
function nodeOptions(): string[] {
  const options = ['--disallow-code-generation-from-strings'];
  if (process.allowedNodeEnvironmentFlags.has('--disable-sigusr1')) options.push('--disable-sigusr1');
  return options;
}
