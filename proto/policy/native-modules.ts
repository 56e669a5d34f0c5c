/** Which native modules a policy lists, and the special files that call them. Only Veracruz's static ones are provided. */
import { TruceError } from '../errors.ts';
import { isNativeModuleName, nativeModuleNames } from '../native-modules/names.ts';
import { FirstSights, type PolicyField } from './field.ts';
import type { PolicyNativeModule } from './model.ts';
import { readFilePath } from './values.ts';

/** A Rust enum in serde's external form: `{"Static": {...}}`. */
const moduleFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['Static', ['special_file']],
  ['Dynamic', ['special_file', 'entry_point']],
  ['Provisioned', ['entry_point']],
]);

/**
 * Fills `specialFields` in as well: where each special file is named. Errors: POLICY_NATIVE_MODULE_FOREIGN for what would
 * run outside of WebAssembly, POLICY_NATIVE_MODULE_UNKNOWN, POLICY_REPEATED_PATH.
 */
export function readNativeModules(
  field: PolicyField | undefined,
  specialFields: Map<string, PolicyField>,
): PolicyNativeModule[] {
  const sights = new FirstSights<string>();
  return (field?.items() ?? []).map((item) => {
    const members = item.object(['name', 'type']);
    const type = members.get('type');
    const [[kind, content] = [], ...more] = [...type.members()];
    const fields = moduleFields.get(kind ?? '');
    if (kind === undefined || content === undefined || fields === undefined || more.length > 0)
      throw type.wrongType('an object with one of Static, Dynamic and Provisioned');
    const parts = content.object(fields);
    if (kind !== 'Static') throw new TruceError('POLICY_NATIVE_MODULE_FOREIGN', { path: type.path, kind });
    const name = members.get('name');
    if (!isNativeModuleName(name.string()))
      throw new TruceError('POLICY_NATIVE_MODULE_UNKNOWN', {
        path: name.path,
        names: nativeModuleNames.join(', '),
      });
    const file = parts.get('special_file');
    const specialFile = readFilePath(file);
    const other = sights.seenAt(specialFile, file);
    if (other !== undefined) throw new TruceError('POLICY_REPEATED_PATH', { path: file.path, other });
    specialFields.set(specialFile, file);
    return { name: name.string() as PolicyNativeModule['name'], kind, specialFile };
  });
}
