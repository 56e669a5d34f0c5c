import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import t from 'tap';
import { ResponseStatus } from '../../../proto/errors.ts';
import { type MessageSchema, requestSchema, responseSchema } from '../../../proto/wire/message-schema.ts';

/** The checkout: compiled tests lie a few folders below it. */
function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'scripts/generate-proto.js'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('scripts/generate-proto.js is not above this test');
    folder = parent;
  }
  return folder;
}
const root = findRoot();

interface Described {
  readonly [number: number]: readonly [name: string, type: string | Described, repeated: boolean];
}

function describeSchema(schema: MessageSchema): Described {
  const fields = [...schema].map(([number, { name, type, repeated }]) => [
    number,
    [name, typeof type === 'object' ? describeSchema(type) : type, repeated === true],
  ]);
  return Object.fromEntries(fields) as Described;
}

function describeType(type: protobuf.Type): Described {
  const fields = type.fieldsArray.map((field) => {
    const resolved = field.resolve().resolvedType;
    const kind = resolved instanceof protobuf.Type ? describeType(resolved) : resolved ? 'enum' : field.type;
    return [field.id, [field.name, kind, field.repeated]];
  });
  return Object.fromEntries(fields) as Described;
}

t.test('the tables of the strict scan say what the .proto says', (t) => {
  const source = readFileSync(join(root, 'proto/protobuf/transport_protocol.proto'), 'utf8');
  const { root: proto } = protobuf.parse(source, { keepCase: true });
  const request = proto.lookupType('transport_protocol.RuntimeManagerRequest');
  const response = proto.lookupType('transport_protocol.RuntimeManagerResponse');
  t.same(describeSchema(requestSchema), describeType(request));
  t.same(describeSchema(responseSchema), describeType(response));
  for (const [type, schema] of [
    [request, requestSchema],
    [response, responseSchema],
  ] as const) {
    // Every nested message at the top level is a member of the one oneof, and nothing else is.
    const members = [...schema.values()]
      .filter((field) => typeof field.type === 'object')
      .map((field) => field.name);
    t.same(members.sort(), type.oneofs.message_oneof?.oneof.slice().sort());
  }
  const statuses = proto.lookupEnum('transport_protocol.ResponseStatus').values;
  t.same(statuses, ResponseStatus);
  t.equal(responseSchema.get(1)?.maximum, Math.max(...Object.values(statuses)));
  t.end();
});

t.test('the generated code is what the .proto gives', (t) => {
  const check = spawnSync(process.execPath, [join(root, 'scripts/generate-proto.js'), '--check'], {
    encoding: 'utf8',
  });
  t.equal(check.status, 0, check.stderr);
  t.end();
});
