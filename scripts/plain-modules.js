// Loaded into each test by .taprc, before tap's own loaders. Those serve coverage and mocked modules, which no test here
// asks for, and pass every module of a test through a thread of their own, which costs as much as the rest of its start.
import module from 'node:module';

module.register = () => undefined;
module.syncBuiltinESMExports();
