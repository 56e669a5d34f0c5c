/**
 * What OpenSSL can do and Node has no option for. Node's binary exports OpenSSL's functions, for addons; those used here
 * are of its documented interface and take nothing but text, so no address of ours or of Node's is at stake.
 */
import { closeSync, writeSync } from 'node:fs';
import koffi from 'koffi';
import { createMemfd } from './memfd.ts';

/** Only contexts that are made afterwards take it over. Source: OpenSSL, config(5) and SSL_CONF_cmd(3). */
const CONFIGURATION = `
truce = modules
[modules]
ssl_conf = contexts
[contexts]
system_default = every_context
[every_context]
NumTickets = 0
`;

/**
 * TLS servers of this process issue no session tickets. SSL_OP_NO_TICKET alone leaves TLS 1.3 two of them per handshake,
 * which name sessions that nobody keeps.
 * @throws Error where OpenSSL does not take the setting
 */
export function disableSessionTickets(): void {
  const load = koffi.load(null).func('int CONF_modules_load_file(const char *, const char *, unsigned long)');
  const file = createMemfd('openssl.cnf');
  try {
    writeSync(file, CONFIGURATION);
    if (load(`/proc/self/fd/${file}`, 'truce', 0) !== 1)
      throw new Error('OpenSSL refuses a configuration without session tickets');
  } finally {
    closeSync(file);
  }
}
