/**
 * The world as jco's bindgen sees it, in the place of jco's own host: no arguments, variables or files, streams that are
 * closed, and no way to end the process. It needs nothing but to read what it is given.
 */
class Nothing {
  constructor() {
    throw new Error('the transpiler reached for something outside of it');
  }
}

function refuse(): never {
  throw new Error('the transpiler reached for something outside of it');
}

class InputStream {
  blockingRead = refuse;
  read = refuse;
}

/** Takes what the transpiler prints, such as why it panics, and forgets it. */
class OutputStream {
  checkWrite(): bigint {
    return 65536n;
  }
  write(): void {}
  blockingWriteAndFlush(): void {}
  blockingFlush(): void {}
}

class Descriptor extends Nothing {
  appendViaStream = refuse;
  getFlags = refuse;
  getType = refuse;
  metadataHash = refuse;
  metadataHashAt = refuse;
  openAt = refuse;
  readDirectory = refuse;
  readViaStream = refuse;
  stat = refuse;
  statAt = refuse;
  writeViaStream = refuse;
}

class DirectoryEntryStream extends Nothing {
  readDirectoryEntry = refuse;
}

const output = new OutputStream();

export const environment = { getEnvironment: () => [], getArguments: () => [] };
export const exit = { exit: refuse };
export const stdin = { getStdin: () => new InputStream() };
export const stdout = { getStdout: () => output };
export const stderr = { getStderr: () => output };
export const terminalInput = { TerminalInput: Nothing };
export const terminalOutput = { TerminalOutput: Nothing };
export const terminalStdin = { getTerminalStdin: () => undefined };
export const terminalStdout = { getTerminalStdout: () => undefined };
export const terminalStderr = { getTerminalStderr: () => undefined };
export const preopens = { getDirectories: () => [] };
export const types = { Descriptor, DirectoryEntryStream, filesystemErrorCode: () => undefined };
export const error = { Error: Nothing };
export const streams = { InputStream, OutputStream };
/** For hash tables: what it makes of a component does not depend on it. */
export const random = {
  getRandomBytes: (length: bigint) => crypto.getRandomValues(new Uint8Array(Number(length))),
};
