// Loaded into each test by .taprc. tap gives every process that a test starts its own NODE_OPTIONS and environment, and
// with them handlers of signals; the processes under test are to be started exactly as the product starts them.
import processOnSpawn from 'process-on-spawn';

processOnSpawn.removeAllListeners();
delete process.env.NODE_OPTIONS;
