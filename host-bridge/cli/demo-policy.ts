/** The policy of the demo, in Veracruz's dialect: what three parties agree on before any of them sends a byte. */
import { createHash } from 'node:crypto';
import { Rights } from '../../proto/rights.ts';
import type { DemoParty } from './demo-parties.ts';

export const demoPaths = {
  program: '/program/linear-regression.wasm',
  fertility: '/input/a.csv',
  lifeExpectancy: '/input/b.csv',
  result: '/output/result.json',
} as const;

const { PATH_OPEN, PATH_CREATE_FILE, PATH_FILESTAT_SET_SIZE, FD_READ, FD_WRITE, FD_SEEK, FD_EXECUTE } =
  Rights;
const READ = PATH_OPEN | FD_READ | FD_SEEK;
const WRITE = PATH_OPEN | FD_WRITE | FD_SEEK | PATH_CREATE_FILE | PATH_FILESTAT_SET_SIZE;
const RUN = PATH_OPEN | FD_EXECUTE | FD_SEEK;

export interface DemoPolicyOptions {
  /** Brings the program; sees no data and no result. */
  readonly institute: DemoParty;
  /** Owns the fertility figures; sees nothing else. */
  readonly registry: DemoParty;
  /** Owns the life expectancies; may run the program and read what comes out. */
  readonly ministry: DemoParty;
  readonly program: Uint8Array;
  /** 48 bytes. */
  readonly pcr0: Uint8Array;
  /** host:port of the relay. */
  readonly address: string;
  /** Milliseconds since 1970; cut to the minute. */
  readonly expiry: number;
}

export function demoPolicyText(options: DemoPolicyOptions): string {
  const { institute, registry, ministry, program, pcr0, address, expiry } = options;
  const right = (file_name: string, rights: number) => ({ file_name, rights });
  const identity = (id: number, { certificate }: DemoParty, file_rights: readonly object[]) => ({
    id,
    certificate: certificate.trimEnd(), // Veracruz refuses what does not end with the footer
    file_rights,
  });
  const end = new Date(expiry);
  const policy = {
    identities: [
      identity(0, institute, [right(demoPaths.program, WRITE)]),
      identity(1, registry, [right(demoPaths.fertility, WRITE)]),
      identity(2, ministry, [
        right(demoPaths.lifeExpectancy, WRITE),
        right(demoPaths.program, RUN),
        right(demoPaths.result, READ),
      ]),
    ],
    programs: [
      {
        program_file_name: demoPaths.program,
        id: 0,
        file_rights: [
          right(demoPaths.fertility, READ),
          right(demoPaths.lifeExpectancy, READ),
          right(demoPaths.result, WRITE),
        ],
      },
    ],
    file_hashes: [{ file_path: demoPaths.program, hash: createHash('sha256').update(program).digest('hex') }],
    pipelines: [],
    native_modules: [],
    veracruz_server_url: address,
    proxy_attestation_server_url: '',
    proxy_service_cert: '',
    enclave_cert_expiry: {
      year: end.getUTCFullYear(),
      month: end.getUTCMonth() + 1,
      day: end.getUTCDate(),
      hour: end.getUTCHours(),
      minute: end.getUTCMinutes(),
    },
    ciphersuite: 'TLS1_3_CHACHA20_POLY1305_SHA256',
    // Veracruz's field holds the first 32 of the 48 bytes.
    runtime_manager_hash_nitro: Buffer.from(pcr0.subarray(0, 32)).toString('hex'),
    debug: false,
    enable_clock: false,
    execution_strategy: 'JIT',
    max_memory_mib: 256,
  };
  return `${JSON.stringify(policy, null, 2)}\n`;
}
