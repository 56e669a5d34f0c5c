/** The program of executor children for components: warm, then one run. */
import { ComponentProgram } from './component-program.ts';
import { runProgram, warmUp } from './program.ts';
import { serveRun } from './serve-run.ts';

warmUp();
serveRun((job, memory, link) =>
  runProgram(job, memory, link, (bytes, options, own) => new ComponentProgram(bytes, options, own)),
);
