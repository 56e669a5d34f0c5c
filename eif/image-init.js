#!/bin/node --disable-sigusr1
// /init of an image, the first process of its kernel: measured in PCR1 with Node and its libraries. All that it does is
// start the runtime, which PCR2 measures. What the kernel's command line leaves in argv says nothing here.

process.argv.splice(2, Number.POSITIVE_INFINITY, '--init', '--boot', '/app/boot.json');
import('/app/runtime.js').catch((error) => {
  // There is no runtime to say it, and without one no reboot(2): the kernel restarts the machine (panic=-1).
  console.error(
    `truce: fatal: the runtime cannot be loaded: ${error?.code ?? error?.name}: ${error?.message}`,
  );
  process.exit(1);
});
