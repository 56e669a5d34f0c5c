/** `truce proxy-attestation serve`: the server, until a signal. */
import { webcrypto } from 'node:crypto';
import type { Command } from 'commander';
import { certificateFingerprint } from '../../proto/policy/hash.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { interruptible } from './interruption.ts';
import { collectText, parseAddress } from './option-values.ts';
import {
  collectMeasurement,
  type ProxyCommandSettings,
  type ProxyServeOptions,
  parseLifetime,
  resolveProxyOptions,
} from './proxy-attestation-options.ts';

export function registerProxyServe(proxy: Command, io: CommandIo): void {
  proxy
    .command('serve')
    .description('run the server')
    .option('--config <file>', 'what is not said here is taken from this file (docs/proxy-attestation.md)')
    .option('--listen <host:port>', 'where it listens; 127.0.0.1:3010 unless told', parseAddress)
    .option('--database <file>', 'its SQLite file, made where there is none')
    .option('--ca-cert <file>', 'PEM: the certificate that policies name as proxy_service_cert')
    .option('--ca-key <file>', 'PEM: its key; both are made where neither is there')
    .option(
      '--measurement <any|pcrN=HEX,...>',
      'an enclave to accept, by registers (repeat for others); any: every enclave of the roots',
      collectMeasurement,
    )
    .option(
      '--trust-root <aws|file>',
      "a root of documents to trust (repeat for others); AWS's unless told",
      collectText,
    )
    .option('--policy <file>', 'a policy whose end its certificates keep to (repeat for others)', collectText)
    .option('--lifetime <minutes>', 'how long certificates last at most; a day unless told', parseLifetime)
    .option('--legacy', "accept Veracruz's own documents, which prove no policy")
    .option('--allow-debug', 'accept enclaves in debug mode, which hide nothing from their hosts')
    .option('--json', 'print the facts as JSON once it listens')
    .action(async (options: ProxyServeOptions & { readonly json?: boolean }) => {
      await serve(await resolveProxyOptions(options), options.json === true, io);
    });
}

async function serve(settings: ProxyCommandSettings, json: boolean, io: CommandIo): Promise<void> {
  // Loaded here, with the packages that no other command needs.
  const { startProxyAttestationServer } = await import('../proxy-attestation/server.ts');
  const warn = (line: string): void => {
    io.stderr.write(`truce: ${printable(line)}\n`);
  };
  await interruptible(async (signal) => {
    const server = await startProxyAttestationServer({ ...settings, warn });
    try {
      for (const warning of warningsOf(settings)) warn(`warning: ${warning}`);
      const fingerprint = await certificateFingerprint(server.authorityCertificate, webcrypto.subtle);
      const facts = factsOf(settings, server.url, fingerprint);
      if (json) printJson(io, facts);
      else for (const [name, value] of Object.entries(facts)) io.stdout.write(`${name.padEnd(16)}${value}\n`);
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      io.stderr.write('truce: stopping; again to force\n');
    } finally {
      await server.close();
    }
  });
}

/** What an operator may have meant for a test, and left. */
function warningsOf({ measurements, legacy, allowDebug }: ProxyCommandSettings): string[] {
  return [
    ...(measurements === 'any' ? ['every enclave of the trusted roots gets a certificate'] : []),
    ...(legacy === true ? ["Veracruz's own documents are accepted: they prove no policy"] : []),
    ...(allowDebug === true ? ['enclaves in debug mode are accepted: their hosts see everything'] : []),
  ];
}

function factsOf(settings: ProxyCommandSettings, url: string, fingerprint: string) {
  const { database, authority, measurements, trustRoots, policies, psa } = settings;
  return {
    url,
    certificate: authority.certificateFile,
    fingerprint,
    database,
    measurements: measurements === 'any' ? 'any' : measurements.length,
    roots: trustRoots === undefined ? 'aws' : trustRoots.length,
    policies: policies?.length ?? 0,
    psaKeys: psa?.keys.length ?? 0,
  };
}
