/** What `/metrics` says: counts, sizes and times. Nothing of it names a party, an address, a file or a policy. */
import type { RelayProcessCounts } from '../relay/configuration.ts';
import type { EnclaveReport } from './enclave-watch.ts';
import type { MetricFamily, Sample } from './prometheus-text.ts';

export interface RelayFacts {
  readonly running: boolean;
  readonly restarts: number;
  /** Of the relay that runs now; undefined before it has said any. */
  readonly counts: RelayProcessCounts | undefined;
}

export interface ServeSnapshot {
  readonly relay: RelayFacts;
  /** As it last answered; undefined where it did not. */
  readonly enclave: EnclaveReport | undefined;
  /** Seconds since it was started. */
  readonly enclaveAge: number;
  /** When the certificate that a proxy issued ends, in seconds since 1970; undefined where none is due. */
  readonly certificateExpiry: number | undefined;
}

export function metricsOf({ relay, enclave, enclaveAge, certificateExpiry }: ServeSnapshot): MetricFamily[] {
  const tcp = relay.counts?.tcp;
  const http = relay.counts?.http;
  return [
    gauge('truce_relay_up', 'Whether the relay runs.', relay.running ? 1 : 0),
    counter(
      'truce_relay_restarts_total',
      'Times the relay ended by itself and was started again.',
      relay.restarts,
    ),
    gauge('truce_relay_connections', 'TCP connections to the enclave that are open.', tcp?.open),
    family('counter', 'truce_relay_connections_total', 'TCP connections since the relay was started.', [
      ...one(tcp?.accepted, { outcome: 'accepted' }),
      ...one(tcp?.refused, { outcome: 'refused' }),
      ...one(tcp?.failed, { outcome: 'failed' }),
    ]),
    family(
      'counter',
      'truce_relay_bytes_total',
      'Bytes over TCP since the relay was started.',
      directions(tcp),
    ),
    gauge('truce_http_sessions', 'Sessions of the HTTP plane that are open.', http?.open),
    counter('truce_http_sessions_opened_total', 'Sessions that POSTs have opened.', http?.opened),
    counter(
      'truce_http_sessions_expired_total',
      'Sessions that ended because they were left alone.',
      http?.expired,
    ),
    family('counter', 'truce_http_bytes_total', 'Bytes of TLS through the HTTP plane.', directions(http)),
    family(
      'counter',
      'truce_http_replies_total',
      'Replies of the HTTP plane, by status.',
      Object.entries(http?.replies ?? {}).map(([status, value]) => ({ labels: { status }, value })),
    ),
    gauge(
      'truce_enclave_up',
      'Whether the enclave answered when it was last asked.',
      enclave === undefined ? 0 : 1,
    ),
    gauge(
      'truce_enclave_serving',
      'Whether the enclave has its policy and serves.',
      enclave?.phase === 'serving' ? 1 : 0,
    ),
    gauge('truce_enclave_age_seconds', 'Time since the enclave was started.', Math.floor(enclaveAge)),
    gauge(
      'truce_enclave_connections',
      'TLS connections in the enclave, those included that shake hands.',
      enclave?.connections,
    ),
    gauge('truce_enclave_sessions', 'Sessions of parties in the enclave.', enclave?.sessions),
    gauge(
      'truce_certificate_expiry_timestamp_seconds',
      "When the endpoint's certificate that a proxy issued ends.",
      certificateExpiry,
    ),
  ];
}

function gauge(name: string, help: string, value: number | undefined): MetricFamily {
  return family('gauge', name, help, one(value));
}

function counter(name: string, help: string, value: number | undefined): MetricFamily {
  return family('counter', name, help, one(value));
}

function family(
  type: MetricFamily['type'],
  name: string,
  help: string,
  samples: readonly Sample[],
): MetricFamily {
  return { name, help, type, samples };
}

function one(value: number | undefined, labels: Sample['labels'] = {}): Sample[] {
  return value === undefined ? [] : [{ labels, value }];
}

function directions(
  counts: { readonly toEnclave: number; readonly fromEnclave: number } | undefined,
): Sample[] {
  return [
    ...one(counts?.toEnclave, { direction: 'to_enclave' }),
    ...one(counts?.fromEnclave, { direction: 'from_enclave' }),
  ];
}
