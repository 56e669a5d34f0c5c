/** What a local Nitro machine is made of, in exact versions; the first of each is the one to take. */
import type { DebianPin, DebianSourcePin } from '../../eif/debian-archive.ts';

/**
 * Debian's own QEMU is built without libcbor and so has no `nitro-enclave` machine: hence from source.
 * The data package has qboot, which tells the kernel of all processors, and the option ROM that loads it.
 */
export const qemuSource: DebianSourcePin = {
  source: 'qemu',
  versions: [
    {
      version: '1:10.0.13+ds-0+deb13u1',
      suite: 'trixie',
      sha256: '6a0888e806c2ffc0c5f0733e974f9aea55491950d3c47c98669c8b236dde59ae',
    },
    {
      version: '1:10.0.2+ds-2+deb13u1',
      suite: 'trixie-security',
      sha256: '0901da33844a331bf8b3602b9c1fbd178e60b737c8e3ade678255bd090c9b9f1',
    },
  ],
};

export const qemuData: DebianPin = {
  package: 'qemu-system-data',
  architecture: 'all',
  versions: [
    {
      version: '1:10.0.13+ds-0+deb13u1',
      suite: 'trixie',
      sha256: 'a0e03c526cc09d4c2ab20aa19a8c12e916cdc49a170acb16a6563c28f70eafd3',
    },
    {
      version: '1:10.0.2+ds-2+deb13u1',
      suite: 'trixie-security',
      sha256: '66fc820b6032db0755708cbc77237f21ac5f34b2a25d645f3d5ca4fd9392e9d5',
    },
  ],
};

/** QEMU asks for meson 1.5; Debian 12 has 1.0. Both packages are plain Python and need no installing. */
export const mesonPackages: readonly DebianPin[] = [
  {
    package: 'meson',
    architecture: 'all',
    versions: [
      {
        version: '1.7.0-1~bpo12+1',
        suite: 'bookworm-backports',
        sha256: '4b86d2f2cb4431d03826fa4b2c3a89508edeb8140509e7e4b285285ec3175bbe',
      },
      {
        version: '1.7.0-1',
        suite: 'trixie',
        sha256: 'e92d04e60e784336883d537755d09b7dcb856809fa318a0931df3898e84ded95',
      },
    ],
  },
  {
    package: 'python3-pycotap',
    architecture: 'all',
    versions: [
      {
        version: '1.3.1-2~bpo12+1',
        suite: 'bookworm-backports',
        sha256: '3774be6e79318192059aa72e7b7a701e8b99bba2147befcc715650a0da65ca96',
      },
      {
        version: '1.3.1-2',
        suite: 'trixie',
        sha256: '7e8dbf3ac06434275a461d0de79792e2b80126febc53866c89027adde5192ac9',
      },
    ],
  },
];

export const vhostDeviceVsockPackage: DebianPin = {
  package: 'vhost-device-vsock',
  architecture: 'amd64',
  versions: [
    {
      version: '0.3.0-2',
      suite: 'sid',
      sha256: 'fd36382419cc174f00d9b1691486b581e13e8c1168dc339b86b2a65180a29ce7',
    },
  ],
};

/** Debian packages that building QEMU needs, and that are the machine's own to install. */
export const qemuBuildPackages: readonly string[] = [
  'gcc',
  'libc6-dev',
  'make',
  'ninja-build',
  'pkg-config',
  'python3',
  'python3-setuptools',
  'python3-venv',
  'xz-utils',
  'libcbor-dev',
  'libfdt-dev',
  'libglib2.0-dev',
  'libgnutls28-dev',
  'libpixman-1-dev',
  'zlib1g-dev',
];
