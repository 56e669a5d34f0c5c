/**
 * Devices that tokens can be verified for (`/VerifyPAT`): those that the configuration names, and enclaves that were
 * attested natively here, for as long as their certificates last.
 */
import { TruceError } from '../../proto/errors.ts';
import type { ProxyLimits } from '../../proto/limits.ts';
import type { ProxyDatabase, Statement } from './database.ts';

export interface KnownDevice {
  readonly deviceId: number;
  /** SHA-256 of the key's point, uncompressed (65 bytes), in hexadecimal. */
  readonly publicKeyHash: string;
  readonly enclaveName: string;
}

export class Devices {
  readonly #find: Statement;
  readonly #limits: Pick<ProxyLimits, 'attestedDevices'>;
  readonly #expire: Statement;
  readonly #makeRoom: Statement;
  readonly #add: Statement;

  /** Devices of earlier configurations go; those of this one come. */
  constructor(
    database: ProxyDatabase,
    configured: readonly KnownDevice[],
    limits: Pick<ProxyLimits, 'attestedDevices'>,
  ) {
    this.#limits = limits;
    this.#find = database.statement(
      'SELECT public_key_hash FROM devices WHERE device_id = ? AND (expires IS NULL OR expires > ?)',
    );
    this.#expire = database.statement('DELETE FROM devices WHERE expires <= ?');
    this.#makeRoom = database.statement(`DELETE FROM devices WHERE device_id IN
      (SELECT device_id FROM devices WHERE expires IS NOT NULL ORDER BY expires DESC LIMIT -1 OFFSET ?)`);
    // An enclave that was attested never takes the place of a device that the configuration names.
    this.#add =
      database.statement(`INSERT INTO devices (device_id, public_key_hash, enclave_name, expires) VALUES (?, ?, ?, ?)
      ON CONFLICT (device_id) DO UPDATE SET public_key_hash = excluded.public_key_hash,
        enclave_name = excluded.enclave_name, expires = excluded.expires WHERE devices.expires IS NOT NULL`);
    database.transaction(() => {
      database.statement('DELETE FROM devices WHERE expires IS NULL').run();
      const insert = database.statement('INSERT OR REPLACE INTO devices VALUES (?, ?, ?, NULL)');
      for (const { deviceId, publicKeyHash, enclaveName } of configured)
        insert.run(deviceId, publicKeyHash, enclaveName);
    });
  }

  /** An enclave whose key has been certified until `expires`. */
  attested(device: KnownDevice, expires: number, now: number): void {
    this.#expire.run(now);
    this.#makeRoom.run(this.#limits.attestedDevices - 1);
    this.#add.run(device.deviceId, device.publicKeyHash, device.enclaveName, expires);
  }

  /** The hash of the device's key. TruceError PROXY_DEVICE_UNKNOWN. */
  publicKeyHash(deviceId: number, now: number): string {
    const [hash] = this.#find.one(deviceId, now) ?? [];
    if (typeof hash !== 'string') throw new TruceError('PROXY_DEVICE_UNKNOWN');
    return hash;
  }
}
