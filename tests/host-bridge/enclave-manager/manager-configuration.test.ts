import t from 'tap';
import { parseManagerConfiguration } from '../../../host-bridge/enclave-manager/manager-configuration.ts';

t.test('the configuration files of the originals are read as they are', (t) => {
  const parent = parseManagerConfiguration(
    '{"Enclave":{"Path":"/path/to/enclave.eif","Memory":"2048","Cpus":"2"},"Vsock":{"Port":5000}}',
  );
  const enclave = { path: '/path/to/enclave.eif', memoryMiB: 2048, cpus: 2 };
  t.same(parent, { enclave, port: 5000, notes: [] });
  const level =
    '"Logging":{"LogLevel":{"Default":"Information","Microsoft":"Warning","Microsoft.Hosting.Lifetime":"Information"}}';
  t.match(parseManagerConfiguration(`{"Vsock":{"Port":5000},${level}}`), {
    port: 5000,
    notes: [/^Logging: ignored/],
  });
  t.same(parseManagerConfiguration('{"vsock":{"PORT":"6000"}}'), { port: 6000, notes: [] });
  t.match(parseManagerConfiguration('{"Vsock":{"Port":1,"Cid":16}}'), { notes: [/^Vsock:Cid: ignored/] });
  t.same(parseManagerConfiguration('{}').port, 5000);
  const refused: [string, string][] = [
    ['{"Enclave":{"Path":"","Memory":1,"Cpus":1}}', '$.Enclave.Path'],
    ['{"Enclave":{"Path":"a","Memory":"2 GB","Cpus":1}}', '$.Enclave.Memory'],
    ['{"Enclave":{"Path":"a","Memory":"0x800","Cpus":1}}', '$.Enclave.Memory'],
    ['{"Enclave":{"Path":"a","Memory":1,"Cpus":0}}', '$.Enclave.Cpus'],
    ['{"Enclave":{"Path":"a","Memory":1,"Cpus":1,"Debug":true}}', '$.Enclave.Debug'],
    ['{"Vsock":{"Port":4294967295}}', '$.Vsock.Port'],
    ['{"Vsock":{"Port":-1}}', '$.Vsock.Port'],
    ['{"Vsock":{}}', '$.Vsock.Port'],
    ['{"Vsock":5000}', '$.Vsock'],
    ['{"Vsock":{"Port":1},"vsock":{"Port":2}}', '$.vsock'],
    ['{"Enclaves":{}}', '$.Enclaves'],
  ];
  for (const [text, path] of refused)
    t.throws(
      () => parseManagerConfiguration(text),
      { code: 'MANAGER_CONFIGURATION_INVALID', details: { path } },
      text,
    );
  t.throws(() => parseManagerConfiguration('{"Vsock":{"Port":1}} {}'), { code: 'JSON_INVALID' });
  t.end();
});
