/** The program of executor children for core modules: warm, then one run. */
import { exerciseUntil } from './exercise.ts';
import { runProgram, warmUp } from './program.ts';
import { serveRun } from './serve-run.ts';

warmUp();
serveRun((job, memory, link) => runProgram(job, memory, link), exerciseUntil);
