// Loaded into each test by .taprc, before tap's own loaders. Those serve coverage and mocked modules, which no test here
// asks for, and pass every module of a test through a thread of their own, which costs as much as the rest of its start.
// tap is loaded here so that only the source maps of tests are read, not those of tap's own two hundred modules.
import module from 'node:module';

module.register = () => undefined;
module.syncBuiltinESMExports();
process.setSourceMapsEnabled(false);
await import('tap');
process.setSourceMapsEnabled(true);
