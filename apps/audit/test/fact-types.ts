import { join } from 'node:path';
import ts from 'typescript';

const CONTRACTS = join(__dirname, '../../../libs/contracts/src/index.ts');
const FACT_TYPE = /^[a-z]+(-[a-z]+)*\.[a-z-]+\.v\d+$/;

/** A type of fact with data as its declaration says: each string is its own field's name, in the form of an id. */
export type SampleFact = Readonly<{ type: string; data: unknown }>;

/** Every fact that libs/contracts declares, read from the declarations themselves: nobody keeps a list. */
export function everyFact(): readonly SampleFact[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
  };
  const program = ts.createProgram([CONTRACTS], { ...options, moduleResolution: ts.ModuleResolutionKind.Bundler });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(CONTRACTS);
  if (!file) throw new Error(`${CONTRACTS} cannot be read`);
  const found = new Map<string, SampleFact>();
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(file)!)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (!(symbol.flags & ts.SymbolFlags.TypeAlias)) continue;
    const declared = checker.getDeclaredTypeOfSymbol(symbol);
    for (const type of declared.isUnion() ? declared.types : [declared]) {
      const name = literalOf(checker, type, 'type');
      const data = type.getProperty('data');
      if (name === null || !FACT_TYPE.test(name) || !data) continue;
      found.set(name, { type: name, data: sampleOf(checker, checker.getTypeOfSymbol(data), 'data', 0) });
    }
  }
  return [...found.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
}

function literalOf(checker: ts.TypeChecker, type: ts.Type, name: string): string | null {
  const property = type.getProperty(name);
  const value = property && checker.getTypeOfSymbol(property);
  return value?.isStringLiteral() ? value.value : null;
}

/** One value of the type; of a choice the first that is not nothing. */
function sampleOf(checker: ts.TypeChecker, type: ts.Type, field: string, depth: number): unknown {
  if (type.isUnion()) {
    const nothing = ts.TypeFlags.Null | ts.TypeFlags.Undefined;
    return sampleOf(
      checker,
      type.types.find(({ flags }) => !(flags & nothing))!,
      field,
      depth,
    );
  }
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  if (type.flags & ts.TypeFlags.StringLike) return slugOf(field);
  if (type.flags & ts.TypeFlags.NumberLike) return 1;
  if (type.flags & ts.TypeFlags.BooleanLike) return true;
  if (type.flags & ts.TypeFlags.Null) return null;
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    return depth > 8 ? [] : [sampleOf(checker, element!, field, depth + 1)];
  }
  const fields = checker.getPropertiesOfType(type).map((property) => {
    const value = sampleOf(checker, checker.getTypeOfSymbol(property), property.name, depth + 1);
    return [property.name, value] as const;
  });
  return Object.fromEntries(fields);
}

export const slugOf = (field: string): string => field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
