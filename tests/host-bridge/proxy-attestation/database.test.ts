import { existsSync, statSync, writeFileSync } from 'node:fs';
import t from 'tap';
import {
  AttemptLog,
  type AttemptRecord,
  readAttempts,
} from '../../../host-bridge/proxy-attestation/attempt-log.ts';
import { ProxyDatabase } from '../../../host-bridge/proxy-attestation/database.ts';
import { at } from './fresh-proxy-server.ts';

t.test('the database is made for its owner alone, and another one is refused', async (t) => {
  const path = at('fresh.db');
  (await ProxyDatabase.open(path)).close();
  t.equal(statSync(path).mode & 0o777, 0o600);
  const open = await ProxyDatabase.open(path);
  open.execute('PRAGMA user_version = 9');
  open.close();
  await t.rejects(ProxyDatabase.open(path), { code: 'PROXY_DATABASE_VERSION' });
  writeFileSync(at('text.db'), 'this is no database, however long it may be'.repeat(100));
  await t.rejects(ProxyDatabase.open(at('text.db')), { code: 'PROXY_DATABASE' });
  await t.rejects(ProxyDatabase.openToRead(at('nowhere.db')), { code: 'PROXY_DATABASE' });
  t.notOk(existsSync(at('nowhere.db')), 'reading makes none');
  const foreign = await ProxyDatabase.open(at('foreign.db'));
  foreign.execute('PRAGMA application_id = 1');
  foreign.close();
  await t.rejects(ProxyDatabase.open(at('foreign.db')), { code: 'PROXY_DATABASE' });
  const reader = await ProxyDatabase.openToRead(await madeDatabase());
  t.throws(() => reader.execute('DELETE FROM attempts'), 'reading changes nothing');
  reader.close();
});

t.test('the log keeps so many refusals and so many certificates', async (t) => {
  const database = await ProxyDatabase.open(at('log.db'));
  t.teardown(() => database.close());
  const log = new AttemptLog(database, { loggedRefusals: 10, loggedIssues: 5 }, (error) =>
    t.fail(String(error)),
  );
  const record = (number: number, serial?: string): AttemptRecord => ({
    time: number,
    id: String(number),
    protocol: 'nitro',
    address: '127.0.0.1',
    outcome: serial === undefined ? 'ATTESTATION_DEBUG' : 'ISSUED',
    measurement: undefined,
    policyHash: undefined,
    instanceId: undefined,
    serial,
    notAfter: undefined,
  });
  for (let number = 0; number < 600; number++) log.refused(record(number));
  await Promise.all(Array.from({ length: 300 }, (_, number) => log.issued(record(number, `${number}`))));
  const kept = readAttempts(database, 1000);
  const refusals = kept.filter(({ serial }) => serial === undefined);
  t.ok(refusals.length >= 10 && refusals.length < 10 + 256 + 1, `${refusals.length} refusals`);
  t.equal(refusals.at(-1)?.time, 599, 'the newest stay');
  t.equal(kept.length - refusals.length, 5);
  t.equal(kept.at(-1)?.serial, '299');
  await t.rejects(log.issued(record(1, '299')), 'no number is given twice');
});

async function madeDatabase(): Promise<string> {
  const path = at('made.db');
  (await ProxyDatabase.open(path)).close();
  return path;
}
