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
  program('aead-native', 'c', common('buffer', 'fail', 'postcard')),
  program('aesctr-native', 'c', common('buffer', 'fail', 'postcard')),
  program('audio-event-triangulation', 'c', common('buffer', 'fail')),
  program('directory-walk', 'c', common('buffer', 'csv', 'fail')),
  program('fd-create', 'c', common('buffer', 'fail')),
  program('file-seek', 'c', common('buffer', 'fail')),
  program('generate-set', 'c', common('buffer', 'fail')),
  program('huffman-encoding', 'c', common('buffer', 'fail')),
  program('intersection-set-sum', 'c', common('buffer', 'fail', 'postcard')),
  program('keep-primes', 'c', common('buffer', 'fail')),
  program('linear-regression', 'c', common('buffer', 'csv', 'fail', 'json')),
  program('logistic-regression', 'c', common('buffer', 'directory', 'fail', 'postcard')),
  program('moving-average-convergence-divergence', 'c', common('buffer', 'directory', 'fail', 'postcard')),
  program('nop', 'c', []),
  program('number-accumulation', 'c', common('buffer', 'csv', 'fail', 'json')),
  program('postcard-native', 'c', common('buffer', 'fail')),
  program('postcard-wasm', 'c', common('buffer', 'fail', 'json', 'postcard')),
  program('private-set-intersection', 'c', common('buffer', 'csv', 'fail')),
  program('private-set-intersection-sum', 'c', common('buffer', 'directory', 'fail', 'postcard')),
  program('random-source', 'c', common('buffer', 'fail')),
  program('random-u32-list', 'c', common('buffer', 'fail')),
  program('read-file', 'c', common('buffer', 'directory', 'fail')),
  program('sealed-stream', 'c', [...sealing, ...common('buffer', 'fail')]),
  program('shamir-secret-sharing', 'rust', []),
  program('sort-numbers', 'c', common('buffer', 'fail')),
  program('string-edit-distance', 'c', common('buffer', 'csv', 'fail')),
  program('string-search', 'c', common('buffer', 'fail')),
];

buildOrCheck({ folder: 'examples', compilers, programs });
