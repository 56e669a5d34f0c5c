/** Processes under this one: whose they are, what they may reach, and what becomes of them. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ChildPool } from '../../../runtime/executor/child-pool.ts';
import type { Check } from './report.ts';

const STRANGER = 0x70000001;

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs JavaScript in a process of its own. */
async function run(script: string, options: { uid?: number; gid?: number } = {}): Promise<Ended> {
  const child: ChildProcess = spawn(process.execPath, ['-e', script], {
    ...options,
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, output };
}

/** Processes that have ended and that nobody has reaped. */
function zombies(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return /^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
      } catch {
        return false;
      }
    });
}

export function childChecks(): Check[] {
  return [
    {
      name: "a child's exit code is heard, however many end at once",
      async run() {
        const codes = await Promise.all([3, 4, 5].map((code) => run(`process.exit(${code})`)));
        assert.deepEqual(
          codes.map(({ code }) => code),
          [3, 4, 5],
        );
      },
    },
    {
      name: 'a stranger whose parent is gone is reaped',
      async run() {
        // The middle one ends at once; what it started lives on, becomes ours, and ends later.
        const script = `const { spawn } = require('child_process');
          const late = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300)'], { detached: true, stdio: 'ignore', env: {} });
          require('fs').writeSync(1, String(late.pid)); process.exit(7);`;
        const { code, output } = await run(script);
        assert.equal(code, 7);
        const stranger = Number(output);
        assert.ok(existsSync(`/proc/${stranger}`), 'it lives when its parent is gone');
        while (existsSync(`/proc/${stranger}`)) await delay(20);
        assert.deepEqual(zombies(), []);
      },
    },
    {
      name: 'another user opens neither the secure module nor vsock',
      async run() {
        const script = `const fs = require('fs');
          const tried = ['/dev/nsm', '/dev/vsock', '/dev/kmsg', '/dev/console'].map((path) => {
            try { fs.openSync(path, 'r+'); return path + ' opened'; } catch (error) { return error.code; }
          });
          fs.writeSync(1, [...new Set(tried)].join());`;
        const { output } = await run(script, { uid: STRANGER, gid: STRANGER });
        assert.ok(['EACCES', 'EACCES,ENOENT', 'ENOENT,EACCES'].includes(output), output);
        assert.ok(existsSync('/dev/nsm'));
      },
    },
    {
      name: 'executor children are in namespaces and memory groups of their own',
      async run() {
        const pool = await ChildPool.start({
          childProgram: '/app/executor-child.cjs',
          warm: 1,
          maximum: 1,
          namespaces: 'required',
        });
        const { memoryCgroup, namespaces, warm } = pool.status();
        assert.deepEqual(
          { active: namespaces.active, ownProc: namespaces.ownProc, memory: memoryCgroup.active, warm },
          { active: true, ownProc: true, memory: true, warm: 1 },
        );
        await pool.close();
        assert.deepEqual(zombies(), []);
      },
    },
    {
      name: 'out of memory, the kernel ends a child that may be ended, and nobody else',
      async run() {
        const script = `require('fs').writeFileSync('/proc/self/oom_score_adj', '1000');
          const held = []; for (;;) held.push(Buffer.alloc(16 << 20, 1));`;
        const { signal } = await run(script);
        assert.equal(signal, 'SIGKILL');
      },
    },
  ];
}
