/**
 * `wasi:sockets`, where a policy lets a component import it: an enclave has no network, and every call that would make a
 * socket or look a name up is refused with `access-denied`. Source: WebAssembly/wasi-sockets, wit/.
 */
import { enumeration, Failure, option, result, string, type Type } from './canonical-types.ts';
import { ComponentTrap } from './guest-data.ts';
import { borrow, own } from './handle-types.ts';
import { type ImportedFunction, type InterfaceFunctions, imported } from './imported-function.ts';
import { IoError } from './streams.ts';

class Network {}
class TcpSocket {}
class UdpSocket {}
class ResolveAddressStream {}

const errorCode = enumeration([
  'unknown',
  'access-denied',
  'not-supported',
  'invalid-argument',
  'out-of-memory',
  'timeout',
  'concurrency-conflict',
  'not-in-progress',
  'would-block',
  'invalid-state',
  'new-socket-limit',
  'address-not-bindable',
  'address-in-use',
  'remote-unreachable',
  'connection-refused',
  'connection-reset',
  'connection-aborted',
  'datagram-too-large',
  'name-unresolvable',
  'temporary-resolver-failure',
  'permanent-resolver-failure',
]);
const addressFamily = enumeration(['ipv4', 'ipv6']);

/** Methods of what nobody can come to have. */
const TCP_METHODS =
  'start-bind finish-bind start-connect finish-connect start-listen finish-listen accept local-address remote-address ' +
  'is-listening address-family set-listen-backlog-size keep-alive-enabled set-keep-alive-enabled keep-alive-idle-time ' +
  'set-keep-alive-idle-time keep-alive-interval set-keep-alive-interval keep-alive-count set-keep-alive-count hop-limit ' +
  'set-hop-limit receive-buffer-size set-receive-buffer-size send-buffer-size set-send-buffer-size subscribe shutdown';
const UDP_METHODS =
  'start-bind finish-bind stream local-address remote-address address-family unicast-hop-limit set-unicast-hop-limit ' +
  'receive-buffer-size set-receive-buffer-size send-buffer-size set-send-buffer-size subscribe';

/** The resources of each interface. */
export const socketResources = {
  'wasi:sockets/network': ['network'],
  'wasi:sockets/ip-name-lookup': ['resolve-address-stream'],
  'wasi:sockets/tcp': ['tcp-socket'],
  'wasi:sockets/udp': ['udp-socket', 'incoming-datagram-stream', 'outgoing-datagram-stream'],
} as const;

export function socketInterfaces(): Readonly<Record<string, InterfaceFunctions>> {
  const denied = () => {
    throw new Failure('access-denied');
  };
  const create = <T extends object>(socket: Type<T>): ImportedFunction =>
    imported([addressFamily], result(socket, errorCode), denied);
  return {
    'wasi:sockets/network': {
      'network-error-code': imported([borrow(IoError)], option(errorCode), () => undefined),
    },
    'wasi:sockets/instance-network': {
      'instance-network': imported([], own(Network), () => new Network()),
    },
    'wasi:sockets/ip-name-lookup': {
      'resolve-addresses': imported(
        [borrow(Network), string],
        result(own(ResolveAddressStream), errorCode),
        denied,
      ),
      ...unreachable('resolve-address-stream', 'resolve-next-address subscribe'),
    },
    'wasi:sockets/tcp-create-socket': { 'create-tcp-socket': create(own(TcpSocket)) },
    'wasi:sockets/tcp': unreachable('tcp-socket', TCP_METHODS),
    'wasi:sockets/udp-create-socket': { 'create-udp-socket': create(own(UdpSocket)) },
    'wasi:sockets/udp': {
      ...unreachable('udp-socket', UDP_METHODS),
      ...unreachable('incoming-datagram-stream', 'receive subscribe'),
      ...unreachable('outgoing-datagram-stream', 'check-send send subscribe'),
    },
  };
}

/** Methods that need a handle which no call gives: calling one traps, as a handle that is none does. */
export function unreachable(resource: string, methods: string): InterfaceFunctions {
  const trap = imported([], undefined, (): undefined => {
    throw new ComponentTrap(`no handle of a ${resource}`);
  });
  return Object.fromEntries(methods.split(' ').map((method) => [`[method]${resource}.${method}`, trap]));
}
