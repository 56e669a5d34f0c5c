/** The three launchers as a manager uses them. An image has its services built in; a process is told at its start. */
import type { EnclaveServiceChannel } from '../../proto/boot-services.ts';
import { TruceError } from '../../proto/errors.ts';
import { findInstallation } from '../launcher/installation.ts';
import { type Measurements, measureRuntime } from '../launcher/measurement.ts';
import { launchNitro, type NitroLaunchOptions } from '../launcher/nitro-launcher.ts';
import { type LaunchOptions, launchProcess } from '../launcher/process-launcher.ts';
import { launchQemu, type QemuLaunchOptions } from '../launcher/qemu-launcher.ts';
import type { RunningEnclave } from '../launcher/running-enclave.ts';
import type { EnclaveSource } from './enclave-manager.ts';
import { requireFileHash } from './expected-image.ts';
import type { ManagerConfiguration } from './manager-configuration.ts';

/** What an image measures to. @throws TruceError of an image that no machine would start */
export type MeasureImage = (path: string) => Promise<Measurements>;

/** What follows from the configuration, and is not to be said twice. */
type Configured = 'eif' | 'measurements' | 'memoryMiB' | 'cpus' | 'signal';

/** The installed runtime as a process of this machine; the configuration's image is not looked at. */
export function processSource(options: Omit<LaunchOptions, 'services' | 'signal'> = {}): EnclaveSource {
  const installation = () => options.installation ?? findInstallation();
  return {
    measure: (_configuration, { sha256 }) => {
      if (sha256 !== undefined)
        throw invalid('expected.sha256', 'is of an image: a process has none, but PCRs');
      return measureRuntime(installation().runtimeDirectory);
    },
    launch: ({ port }, channel: EnclaveServiceChannel, _measurements, signal) =>
      launchProcess({
        ...options,
        installation: installation(),
        services: { enclave: { channel, port } },
        ...(signal === undefined ? {} : { signal }),
      }),
  };
}

/** The image in QEMU's Nitro machine. */
export function qemuSource(
  measureImage: MeasureImage,
  options: Omit<QemuLaunchOptions, Configured> = {},
): EnclaveSource {
  return imageSource(measureImage, (image) => launchQemu({ ...options, ...image }));
}

/** The image on Nitro, by nitro-cli. */
export function nitroSource(
  measureImage: MeasureImage,
  options: Omit<NitroLaunchOptions, Configured> = {},
): EnclaveSource {
  return imageSource(measureImage, (image) => launchNitro({ ...options, ...image }));
}

interface ImageLaunch {
  readonly eif: string;
  readonly measurements: Measurements;
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly signal?: AbortSignal;
}

function imageSource(
  measureImage: MeasureImage,
  launch: (image: ImageLaunch) => Promise<RunningEnclave>,
): EnclaveSource {
  return {
    measure: async (configuration, expected) => {
      const { path } = requireImage(configuration);
      await requireFileHash(path, expected);
      return measureImage(path);
    },
    launch: (configuration, _channel, measurements, signal) => {
      const { path: eif, memoryMiB, cpus } = requireImage(configuration);
      return launch({ eif, memoryMiB, cpus, measurements, ...(signal === undefined ? {} : { signal }) });
    },
  };
}

function requireImage({ enclave }: ManagerConfiguration): NonNullable<ManagerConfiguration['enclave']> {
  if (enclave === undefined) throw invalid('$.Enclave', 'is missing: no image is named');
  return enclave;
}

function invalid(path: string, reason: string): TruceError {
  return new TruceError('MANAGER_CONFIGURATION_INVALID', { path, reason });
}
