/** What changed for whom between two policies. It compares what they mean: dialect, order, ids and spelling are not it. */
import type { Policy } from '../model.ts';
import { ChangeList, type PolicyChange } from './changes.ts';
import { compareParties, type NameOfCertificate } from './parties.ts';
import {
  compareHashes,
  compareLiveFiles,
  compareNativeModules,
  comparePipelines,
  comparePrograms,
} from './programs.ts';
import { compareTerms, compareTrees } from './terms.ts';

/** Changes from `before` to `after`, those that matter for security first; none where both mean the same. */
export function comparePolicies(
  before: Policy,
  after: Policy,
  nameOf: NameOfCertificate,
): readonly PolicyChange[] {
  const files = new Set([...before.fileHashes.keys()].filter((path) => after.fileHashes.has(path)));
  const pair = { before, after, nameOf, files };
  const list = new ChangeList();
  compareParties(pair, list);
  comparePrograms(pair, list);
  comparePipelines(pair, list);
  compareNativeModules(pair, list);
  compareHashes(pair, list);
  compareLiveFiles(pair, list);
  compareTerms(pair, list);
  compareTrees(pair, list);
  return list.changes;
}
