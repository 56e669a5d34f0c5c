/**
 * `wasi:http`, where a policy lets a component import it: requests can be made up, and sending one is refused with
 * `HTTP-request-denied`, since an enclave has no network. Source: WebAssembly/wasi-http, wit/types.wit and handler.wit.
 */
import {
  Failure,
  option,
  record,
  result,
  string,
  type Type,
  u8,
  u16,
  u32,
  u64,
  type ValueOf,
  variant,
} from './canonical-types.ts';
import { borrow, own } from './handle-types.ts';
import { Fields, fieldsFunctions } from './http-fields.ts';
import { type InterfaceFunctions, imported } from './imported-function.ts';
import type { Preview1Calls } from './preview1-calls.ts';
import { unreachable } from './sockets.ts';
import { IoError, OutputStream } from './streams.ts';

const method = variant({
  get: undefined,
  head: undefined,
  post: undefined,
  put: undefined,
  delete: undefined,
  connect: undefined,
  options: undefined,
  trace: undefined,
  patch: undefined,
  other: string,
});
const scheme = variant({ HTTP: undefined, HTTPS: undefined, other: string });
const fieldSize = record({ fieldName: option(string), fieldSize: option(u32) });
const errorCode = variant({
  'DNS-timeout': undefined,
  'DNS-error': record({ rcode: option(string), infoCode: option(u16) }),
  'destination-not-found': undefined,
  'destination-unavailable': undefined,
  'destination-IP-prohibited': undefined,
  'destination-IP-unroutable': undefined,
  'connection-refused': undefined,
  'connection-terminated': undefined,
  'connection-timeout': undefined,
  'connection-read-timeout': undefined,
  'connection-write-timeout': undefined,
  'connection-limit-reached': undefined,
  'TLS-protocol-error': undefined,
  'TLS-certificate-error': undefined,
  'TLS-alert-received': record({ alertId: option(u8), alertMessage: option(string) }),
  'HTTP-request-denied': undefined,
  'HTTP-request-length-required': undefined,
  'HTTP-request-body-size': option(u64),
  'HTTP-request-method-invalid': undefined,
  'HTTP-request-URI-invalid': undefined,
  'HTTP-request-URI-too-long': undefined,
  'HTTP-request-header-section-size': option(u32),
  'HTTP-request-header-size': option(fieldSize),
  'HTTP-request-trailer-section-size': option(u32),
  'HTTP-request-trailer-size': fieldSize,
  'HTTP-response-incomplete': undefined,
  'HTTP-response-header-section-size': option(u32),
  'HTTP-response-header-size': fieldSize,
  'HTTP-response-body-size': option(u64),
  'HTTP-response-trailer-section-size': option(u32),
  'HTTP-response-trailer-size': fieldSize,
  'HTTP-response-transfer-coding': option(string),
  'HTTP-response-content-coding': option(string),
  'HTTP-response-timeout': undefined,
  'HTTP-upgrade-failed': undefined,
  'HTTP-protocol-error': undefined,
  'loop-detected': undefined,
  'configuration-error': undefined,
  'internal-error': option(string),
});

class OutgoingRequest {
  readonly headers: Fields;
  method: ValueOf<typeof method> = { tag: 'get' };
  scheme: ValueOf<typeof scheme> | undefined;
  pathWithQuery: string | undefined;
  authority: string | undefined;
  bodyTaken = false;

  constructor(headers: Fields) {
    this.headers = headers;
  }
}

class RequestOptions {
  connectTimeout: bigint | undefined;
  firstByteTimeout: bigint | undefined;
  betweenBytesTimeout: bigint | undefined;
}

class OutgoingBody {
  written = false;
}

class FutureIncomingResponse {}

/** What is written goes nowhere: the request that it is for is refused. */
class BodyStream extends OutputStream {
  override write(): void {}
}

/** The resources of each interface. */
export const httpResources = {
  'wasi:http/types': [
    'fields',
    'incoming-request',
    'outgoing-request',
    'request-options',
    'response-outparam',
    'incoming-response',
    'incoming-body',
    'future-trailers',
    'outgoing-response',
    'outgoing-body',
    'future-incoming-response',
  ],
} as const;

export function httpInterfaces(calls: Preview1Calls): Readonly<Record<string, InterfaceFunctions>> {
  const handled = result(own(FutureIncomingResponse), errorCode);
  return {
    'wasi:http/types': {
      ...fieldsFunctions(),
      ...requestFunctions(),
      ...optionsFunctions(),
      ...bodyFunctions(calls),
      ...unreachable('future-incoming-response', 'subscribe get'),
      ...unreachable('incoming-response', 'status headers consume'),
      ...unreachable('incoming-body', 'stream'),
      ...unreachable('future-trailers', 'subscribe get'),
      ...unreachable('incoming-request', 'method path-with-query scheme authority headers consume'),
      ...unreachable('outgoing-response', 'status-code set-status-code headers body'),
      'http-error-code': imported([borrow(IoError)], option(errorCode), () => undefined),
    },
    'wasi:http/outgoing-handler': {
      handle: imported([own(OutgoingRequest), option(own(RequestOptions))], handled, () => {
        throw new Failure({ tag: 'HTTP-request-denied' });
      }),
    },
  };
}

function requestFunctions(): InterfaceFunctions {
  const request = borrow(OutgoingRequest);
  const done = result();
  return {
    '[constructor]outgoing-request': imported(
      [own(Fields)],
      own(OutgoingRequest),
      (headers) => new OutgoingRequest(new Fields(headers.entries, true)),
    ),
    '[method]outgoing-request.method': imported([request], method, (self) => self.method),
    '[method]outgoing-request.set-method': imported([request, method], done, (self, value) => {
      self.method = value;
    }),
    '[method]outgoing-request.path-with-query': imported(
      [request],
      option(string),
      (self) => self.pathWithQuery,
    ),
    '[method]outgoing-request.set-path-with-query': imported(
      [request, option(string)],
      done,
      (self, value) => {
        self.pathWithQuery = value;
      },
    ),
    '[method]outgoing-request.scheme': imported([request], option(scheme), (self) => self.scheme),
    '[method]outgoing-request.set-scheme': imported([request, option(scheme)], done, (self, value) => {
      self.scheme = value;
    }),
    '[method]outgoing-request.authority': imported([request], option(string), (self) => self.authority),
    '[method]outgoing-request.set-authority': imported([request, option(string)], done, (self, value) => {
      self.authority = value;
    }),
    '[method]outgoing-request.headers': imported([request], own(Fields), (self) => self.headers),
    '[method]outgoing-request.body': imported([request], result(own(OutgoingBody)), (self) => {
      if (self.bodyTaken) throw new Failure(undefined);
      self.bodyTaken = true;
      return new OutgoingBody();
    }),
  };
}

function optionsFunctions(): InterfaceFunctions {
  const options = borrow(RequestOptions);
  const timeout = (name: keyof RequestOptions, witName: string): InterfaceFunctions => ({
    [`[method]request-options.${witName}`]: imported([options], option(u64), (self) => self[name]),
    [`[method]request-options.set-${witName}`]: imported([options, option(u64)], result(), (self, value) => {
      self[name] = value;
    }),
  });
  return {
    '[constructor]request-options': imported([], own(RequestOptions), () => new RequestOptions()),
    ...timeout('connectTimeout', 'connect-timeout'),
    ...timeout('firstByteTimeout', 'first-byte-timeout'),
    ...timeout('betweenBytesTimeout', 'between-bytes-timeout'),
  };
}

function bodyFunctions(calls: Preview1Calls): InterfaceFunctions {
  const stream: Type<OutputStream> = own(OutputStream);
  return {
    '[method]outgoing-body.write': imported([borrow(OutgoingBody)], result(stream), (self) => {
      if (self.written) throw new Failure(undefined);
      self.written = true;
      return new BodyStream(calls, 1);
    }),
    '[static]outgoing-body.finish': imported(
      [own(OutgoingBody), option(own(Fields))],
      result(undefined, errorCode),
      () => undefined,
    ),
  };
}
