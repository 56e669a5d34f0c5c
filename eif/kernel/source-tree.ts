/** The kernel's source: Debian's package of it in an exact version, unpacked and patched. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebianArchive, DebianPin } from '../debian-archive.ts';
import { runTool } from '../run-tool.ts';

/**
 * The series and its versions, the one to build with first: that of Debian's security updates. The second is that of
 * Debian 13 itself, which stays in the archive until the next point release.
 */
const SERIES = '6.12';
export const kernelSource: DebianPin = {
  package: `linux-source-${SERIES}`,
  architecture: 'all',
  versions: [
    {
      version: '6.12.117-1',
      suite: 'trixie-security',
      sha256: '9141325315c7f1eca682113d185a8c77c82814aa6e32f7e127e61d6106403835',
    },
    {
      version: '6.12.107-1',
      suite: 'trixie',
      sha256: '775b9ef84d7fa7927ccebfec33fbbe9aeb2482ebf9a92c771aafd33fb6e2ee27',
    },
  ],
};

/** What the build reads nothing of: 1.1 GB of 1.7. Whatever Kconfig reads stays. Patterns of tar's --exclude. */
const FOREIGN =
  'alpha arc arm arm64 csky hexagon loongarch m68k microblaze mips nios2 openrisc parisc powerpc riscv s390 sh sparc um xtensa';
const UNUSED = [
  ...FOREIGN.split(' ').flatMap((name) => [`arch/${name}/*.[chS]`, `arch/${name}/*.dts*`]),
  'drivers/gpu/*.[ch]',
  'drivers/media/*.[ch]',
  'drivers/net/*/*.[ch]',
  'drivers/staging/*.[ch]',
  'sound/*.[ch]',
  'tools/testing/*',
  'Documentation/*.[gtry]*',
];

/** Version of the kernel in a version of Debian's package: 6.12.117 of 6.12.117-1. */
export function upstreamVersion(debianVersion: string): string {
  return debianVersion.replace(/-[^-]*$/, '');
}

/** Unpacks the source into `folder` and applies the patch. Gives the root of the source. */
export async function unpackSource(
  archive: Pick<DebianArchive, 'extract'>,
  source: { readonly package: string; readonly patch: string; readonly folder: string },
  signal?: AbortSignal,
): Promise<string> {
  const name = `linux-source-${SERIES}`;
  const packageFolder = join(source.folder, 'package');
  await archive.extract(source.package, packageFolder);
  await mkdir(join(source.folder, 'source'));
  const tarball = join(packageFolder, 'usr', 'src', `${name}.tar.xz`);
  const excluded = UNUSED.map((pattern) => `--exclude=${name}/${pattern}`);
  const into = join(source.folder, 'source');
  await runTool(
    'tar',
    ['--extract', '--no-same-owner', '--file', tarball, '--directory', into, ...excluded],
    {
      signal,
    },
  );
  const root = join(into, name);
  const apply = ['--strip=1', '--fuzz=0', '--batch', '--forward', '--silent', '--input', source.patch];
  await runTool('patch', apply, { directory: root, signal });
  return root;
}
