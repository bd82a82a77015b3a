import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import type { GrantState } from '@qiongtong/contracts';
import { NOW, type Contender } from './contenders';
import { grantsOf, type PolicyWorld } from './policy-world';

/** Grants are found by holder and resource, as a document of OPA's is meant to be laid out. */
const POLICY = `
package sharing

default allow := false

department := data.organisations[input.departmentId]
system := data.systems[input.systemId]
resource := data.resources[input.resourceId]
asked := {item | some item in input.items} | {item | some item in input.touchedItems}

caller if {
  department.kind == "DEPARTMENT"
  department.status == "ACTIVE"
  department.admission == "ACTIVE"
  department.pledgeVersion != null
  department.hasResponsibleUnit
  system.departmentId == input.departmentId
  system.ownerId == input.departmentId
  system.status == "ACTIVE"
  system.ownerAttested
  input.certificate in system.certificates
  some range in system.addresses
  net.cidr_contains(range, input.address)
}

available if {
  resource.status == "PUBLISHED"
  resource.specialRegime == null
  every item in asked { item in resource.codes }
}

allow if {
  caller
  available
  resource.sharingType == "UNCONDITIONAL"
  some duty in department.duties
  input.purpose in duty.purposes
}

allow if {
  caller
  available
  resource.sharingType == "CONDITIONAL"
  some grant in data.grants[input.departmentId][input.resourceId]
  grant.status == "ACTIVE"
  grant.from <= input.now
  input.now < grant.until
  input.action in grant.actions
  input.purpose in grant.purposes
  input.systemId in grant.systems
  input.matterNumber != null
  every item in asked { item in grant.items }
  every item in input.touchedItems { not grant.mask[item] }
}
`;

const opaBinary = (): string => process.env['OPA_BIN'] ?? 'opa';

/** The version, or null where there is no opa. */
export function opaVersion(): string | null {
  try {
    return /^Version: (\S+)/.exec(execFileSync(opaBinary(), ['version'], { encoding: 'utf8' }))?.[1] ?? 'unknown';
  } catch {
    return null;
  }
}

/** OPA's own compiler makes WebAssembly of the policy, which its own package runs in this process. */
export async function opa(world: PolicyWorld): Promise<Contender> {
  const policy = await loadPolicy(compiled());
  policy.setData(documentOf(world));
  const now = NOW.getTime();
  return (use) => (policy.evaluate({ ...use, now }) as { result: boolean }[])[0]?.result === true;
}

function compiled(): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'bench-opa-'));
  try {
    writeFileSync(join(dir, 'sharing.rego'), POLICY);
    const build = ['build', '-t', 'wasm', '-e', 'sharing/allow', '-o', 'bundle.tar.gz', 'sharing.rego'];
    execFileSync(opaBinary(), build, { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] });
    execFileSync('tar', ['-xzf', 'bundle.tar.gz', '/policy.wasm'], { cwd: dir, stdio: 'ignore' });
    return readFileSync(join(dir, 'policy.wasm'));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** In pieces: one text of a million grants would be longer than a text may be. */
function documentOf(world: PolicyWorld): ArrayBuffer {
  const byHolder = new Map<string, Map<string, string[]>>();
  for (const grant of grantsOf(world)) {
    let held = byHolder.get(grant.holderId);
    if (!held) byHolder.set(grant.holderId, (held = new Map()));
    const texts = held.get(grant.resourceId);
    if (texts) texts.push(documentOfGrant(grant));
    else held.set(grant.resourceId, [documentOfGrant(grant)]);
  }
  const pieces: Buffer[] = [Buffer.from('{"grants":{')];
  let between = '';
  for (const [holder, held] of byHolder) {
    const resources = [...held].map(([id, texts]) => `${JSON.stringify(id)}:[${texts.join(',')}]`);
    pieces.push(Buffer.from(`${between}${JSON.stringify(holder)}:{${resources.join(',')}}`));
    between = ',';
  }
  const rest = JSON.stringify({
    organisations: Object.fromEntries(world.organisations.map((state) => [state.id, state])),
    systems: Object.fromEntries(world.systems.map((state) => [state.id, state])),
    resources: Object.fromEntries(
      world.resources.map(({ id, status, specialRegime, sharingType, items }) => [
        id,
        { status, specialRegime, sharingType, codes: items.map(({ code }) => code) },
      ]),
    ),
  });
  pieces.push(Buffer.from(`},${rest.slice(1)}`));
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole.buffer;
}

const documentOfGrant = ({ status, items, mask, actions, purposes, systems, period }: GrantState): string =>
  JSON.stringify({
    ...{ status, items, mask, actions, purposes, systems },
    from: Date.parse(period.from),
    until: Date.parse(period.until),
  });
