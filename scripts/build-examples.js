// Rebuilds the example programs, or checks them (--check), against examples/manifest.json.
//
//   node scripts/build-examples.js            compile, write each .wasm beside its source, write the manifest
//   node scripts/build-examples.js --check    change nothing; exit 1 where anything differs
//
// The compilers come with: apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32 rustc libstd-rust-dev-wasm32
// (Debian 12).
import { buildOrCheck, clang } from './wasm-programs.js';

const compilers = {
  c: clang('examples'),
  rust: {
    command: '/usr/bin/rustc',
    packages: ['rustc', 'libstd-rust-dev', 'libstd-rust-dev-wasm32', 'lld-14', 'wasi-libc'],
    flags: [
      '--target=wasm32-wasi',
      '--edition=2021',
      '--deny=warnings',
      '-Copt-level=s',
      '-Clto=fat',
      '-Ccodegen-units=1',
      '-Cpanic=abort',
      '-Cstrip=symbols',
      '--remap-path-prefix=.=examples',
    ],
  },
};

const common = (...names) => names.flatMap((name) => [`common/${name}.c`, `common/${name}.h`]);
const tinyssh = (...names) =>
  names.flatMap((name) => [`sealed-stream/tinyssh/${name}.c`, `sealed-stream/tinyssh/${name}.h`]);
const sealing = [
  'sealed-stream/sealed-box.c',
  'sealed-stream/sealed-box.h',
  ...tinyssh('cleanup', 'crypto_hash_sha256', 'crypto_onetimeauth_poly1305', 'crypto_scalarmult_curve25519'),
  ...tinyssh(
    'crypto_stream_chacha20',
    'crypto_verify_16',
    'crypto_verify_32',
    'fe',
    'fe25519',
    'uint32_pack',
  ),
  ...tinyssh('uint32_unpack', 'verify'),
  ...['crypto_uint32', 'crypto_uint64', 'hasasmvolatilememory'].map(
    (name) => `sealed-stream/tinyssh/${name}.h`,
  ),
];
const program = (name, language, shared) => ({
  name,
  language,
  sources: [`${name}/${name}.${language === 'c' ? 'c' : 'rs'}`, ...shared],
  wasm: `${name}/${name}.wasm`,
});
const programs = [
  program('directory-walk', 'c', common('buffer', 'csv', 'fail')),
  program('linear-regression', 'c', common('buffer', 'csv', 'fail', 'json')),
  program('number-accumulation', 'c', common('buffer', 'csv', 'fail', 'json')),
  program('private-set-intersection', 'c', common('buffer', 'csv', 'fail')),
  program('random-source', 'c', common('buffer', 'fail')),
  program('random-u32-list', 'c', common('buffer', 'fail')),
  program('sealed-stream', 'c', [...sealing, ...common('buffer', 'fail')]),
  program('shamir-secret-sharing', 'rust', []),
  program('sort-numbers', 'c', common('buffer', 'fail')),
  program('string-edit-distance', 'c', common('buffer', 'csv', 'fail')),
];

buildOrCheck({ folder: 'examples', compilers, programs });
