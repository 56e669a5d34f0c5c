/**
 * A stand-in for vhost-device-vsock, for tests of the host's side alone: it takes the same options and speaks the same
 * `CONNECT <port>`, and where the real one ends by a fault of its own, it ends as well. There is no machine behind it:
 * port N is the Unix socket `guest_N` of its directory.
 */
import { existsSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';

const ANSWER_MILLISECONDS = 100;
/** As long as there is a file of this name in its directory, nobody is answered. */
const HOLD = 'hold';

export function standInVhostDeviceVsock(args: readonly string[]): void {
  const [option, value = ''] = args;
  const vm = new Map(value.split(',').map((pair) => pair.split('=') as [string, string]));
  const [socket, path] = [vm.get('socket'), vm.get('uds-path')];
  if (option !== '--vm' || socket === undefined || path === undefined || vm.get('tx-buffer-size') !== '32768')
    throw new TypeError(
      `stand-in vhost-device-vsock: not what the real one is to be told: ${args.join(' ')}`,
    );
  createServer((machine) => machine.resume()).listen(socket);
  createServer({ allowHalfOpen: true }, greet).listen(path);
}

function greet(host: Socket): void {
  let text = '';
  let answered = false;
  host.on('error', () => host.destroy());
  host.once('close', () => {
    if (!answered) panic();
  });
  host.on('data', function listen(chunk) {
    text += String(chunk);
    const [, port] = /^CONNECT ([0-9]+)\n$/.exec(text) ?? [];
    if (port === undefined) return;
    host.off('data', listen);
    const answer = () => {
      if (existsSync(HOLD)) return void setTimeout(answer, ANSWER_MILLISECONDS);
      const guest = connect({ path: `guest_${port}`, allowHalfOpen: true });
      guest.once('error', () => {
        answered = true;
        host.destroy();
      });
      guest.once('connect', () => {
        if (host.destroyed || host.readableEnded) return panic();
        answered = true;
        host.write(`OK ${port}\n`);
        join(host, guest);
      });
    };
    setTimeout(answer, ANSWER_MILLISECONDS);
  });
}

/** The host's end of one direction goes nowhere. The guest's is taken for a close, which a Unix socket cannot tell from it. */
function join(host: Socket, guest: Socket): void {
  // Who is not read stops the other side, as the real one's credit does.
  host.pipe(guest, { end: false });
  guest.pipe(host, { end: false });
  guest.on('error', () => guest.destroy());
  host.once('close', () => guest.destroy());
  for (const event of ['end', 'close']) guest.once(event, () => host.end(() => host.destroy()));
}

function panic(): void {
  process.stderr.write("stand-in vhost-device-vsock: thread 'vring' panicked at a peer that left\n");
}
