import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { Script } from 'node:vm';
import { format } from 'node:util';
import { transformSync, type Options } from '@swc/core';
import { expect } from 'expect';
import fc from 'fast-check';
import { WORKSPACE } from '@qiongtong/testing';
import { instrument, SWITCH, type Mutant } from './mutants';

type Body = () => unknown;
export type Test = Readonly<{ spec: string; name: string; run: Body }>;
type Module = { exports: Record<string, unknown> };

const OUR_OWN = /^@qiongtong\/(contracts|regulation|platform|testing)$/;
const swcrc = JSON.parse(readFileSync(join(WORKSPACE, '.swcrc'), 'utf8')) as Options;

/**
 * The unit specs of one library and its source with every mutant in it, loaded anew for each mutant: what a memo or a
 * constant keeps from one must not be seen by the next. A spec of random worlds is left out: what the rules mean is to
 * be held by tests that can be read.
 */
export class Suite {
  readonly mutants: Mutant[] = [];
  private readonly scripts = new Map<string, Script>();
  private readonly shared = new Map<string, Module>();
  readonly specs: readonly string[];
  private readonly library: string;

  constructor(paths: readonly string[]) {
    const [first = ''] = paths;
    this.library = join(WORKSPACE, ...first.split('/').slice(0, 2));
    const find = (pattern: string) => globSync(pattern, { cwd: WORKSPACE }).sort();
    const all = find(`${relative(WORKSPACE, this.library)}/src/**/*.spec.ts`);
    this.specs = all.filter((file) => !file.endsWith('.property.spec.ts'));
    for (const file of paths.flatMap((path) => (path.endsWith('.ts') ? [path] : find(`${path}/**/*.ts`))))
      if (!file.endsWith('.spec.ts')) this.addMutantsOf(file);
    if (this.mutants.length === 0) throw new Error(`nothing to mutate in ${paths.join(' ')}`);
    // The same random values each time, and no search for the smallest: that it fails is enough.
    fc.configureGlobal({ seed: 1, endOnFailure: true });
  }

  /** @param isActive is asked in each place whether its mutant is the one being tried */
  load(spec: string, isActive: (id: number) => boolean): Test[] {
    const tests: Test[] = [];
    const globals = { ...frameworkFor(spec, tests), [SWITCH]: isActive };
    this.require(join(WORKSPACE, spec), new Map<string, Module>(), globals);
    return tests;
  }

  private addMutantsOf(file: string): void {
    const path = join(WORKSPACE, file);
    const { code, mutants } = instrument(file, readFileSync(path, 'utf8'), this.mutants.length);
    this.mutants.push(...mutants);
    this.scripts.set(path, compiled(path, code));
  }

  private require(path: string, fresh: Map<string, Module>, globals: object): unknown {
    const known = path.startsWith(this.library) ? fresh : this.shared;
    const loaded = known.get(path);
    if (loaded) return loaded.exports;
    const module: Module = { exports: {} };
    known.set(path, module);
    let script = this.scripts.get(path);
    if (!script) this.scripts.set(path, (script = compiled(path, readFileSync(path, 'utf8'))));
    const outside = createRequire(path);
    const requireFrom = (name: string): unknown => {
      const own = OUR_OWN.exec(name);
      if (own) return this.require(join(WORKSPACE, 'libs', own[1]!, 'src', 'index.ts'), fresh, globals);
      if (!name.startsWith('.')) return outside(name);
      return this.require(sourceOf(join(dirname(path), name)), fresh, globals);
    };
    const call = script.runInThisContext() as (...args: unknown[]) => void;
    call(module, module.exports, requireFrom, dirname(path), globals);
    return module.exports;
  }
}

function compiled(path: string, code: string): Script {
  const js = transformSync(code, { ...swcrc, filename: path, swcrc: false, sourceMaps: false }).code;
  const names = ['describe', 'it', 'expect', SWITCH].join(', ');
  const wrapped = `(function (module, exports, require, __dirname, { ${names} }) { return (function () { ${js}\n})(); })`;
  return new Script(wrapped, { filename: path });
}

function sourceOf(path: string): string {
  const found = [`${path}.ts`, join(path, 'index.ts')].find((file) => existsSync(file));
  if (!found) throw new Error(`there is no ${path}`);
  return found;
}

/** As much of jest as unit specs of pure functions use. */
function frameworkFor(spec: string, tests: Test[]) {
  const groups: string[] = [];
  const it = (name: string, run: Body): void => {
    tests.push({ spec, name: [...groups, name].join(' › '), run });
  };
  const describe = (name: string, define: Body): void => {
    groups.push(name);
    define();
    groups.pop();
  };
  const each =
    (define: (name: string, run: Body) => void) =>
    (rows: readonly unknown[]) =>
    (name: string, run: (...row: unknown[]) => unknown): void => {
      for (const row of rows) {
        const values: unknown[] = Array.isArray(row) ? row : [row];
        const shown = values.slice(0, name.split('%').length - 1);
        define(format(name, ...shown), () => run(...values));
      }
    };
  return {
    describe: Object.assign(describe, { each: each(describe) }),
    it: Object.assign(it, { each: each(it) }),
    expect,
  };
}
