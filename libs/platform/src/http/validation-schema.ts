import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';

type Constraint = Readonly<{ name?: string; constraints?: readonly unknown[]; each?: boolean }>;
type Schema = Record<string, unknown>;

/** Swagger's own record of the properties of a class, under the key its decorators use. */
const DESCRIBED = 'swagger/apiModelPropertiesArray';

const FIXED: Readonly<Record<string, Schema>> = {
  isString: { type: 'string' },
  isNotEmpty: { minLength: 1 },
  isInt: { type: 'integer' },
  isNumber: { type: 'number' },
  isBoolean: { type: 'boolean' },
  isArray: { type: 'array' },
  isObject: { type: 'object' },
  isIso8601: { type: 'string', format: 'date-time' },
  isRFC3339: { type: 'string', format: 'date-time' },
  isDateString: { type: 'string', format: 'date-time' },
  isUrl: { type: 'string', format: 'uri' },
  isUuid: { type: 'string', format: 'uuid' },
  isEmail: { type: 'string', format: 'email' },
  arrayUnique: { uniqueItems: true },
};

/** The JSON type that all values of a list have. */
function typeOf(values: readonly unknown[]): Schema {
  const [type, ...others] = new Set(values.map((value) => typeof value));
  return others.length === 0 && (type === 'string' || type === 'number' || type === 'boolean') ? { type } : {};
}

/** What a rule says about a value, as JSON Schema; nothing for a rule that schemas have no word for. */
function schemaOf({ name = '', constraints = [] }: Constraint): Schema {
  const [first, second] = constraints;
  switch (name) {
    case 'isIn':
      return Array.isArray(first) ? { ...typeOf(first), enum: first } : {};
    case 'isEnum':
      return { enum: Object.values(first as object) };
    case 'matches':
      return { type: 'string', pattern: (first as RegExp).source };
    case 'minLength':
      return { minLength: first };
    case 'maxLength':
      return { maxLength: first };
    case 'isLength':
      return { minLength: first, ...(second === undefined ? {} : { maxLength: second }) };
    case 'min':
      return { minimum: first };
    case 'max':
      return { maximum: first };
    case 'arrayMinSize':
      return { minItems: first };
    case 'arrayMaxSize':
      return { maxItems: first };
    case 'equals':
      return { ...typeOf([first]), enum: [first] };
    default:
      return FIXED[name] ?? {};
  }
}

/**
 * Describes every validated class to Swagger by its own rules, so that what is documented is what is enforced. What a
 * class says with `@ApiProperty` itself stays.
 */
export function describeValidatedClasses(nestedType: (target: object, property: string) => unknown): void {
  const storage = getMetadataStorage();
  const targets = new Set<object>();
  for (const rules of (storage as unknown as { validationMetadatas: Map<object, unknown> }).validationMetadatas.keys())
    targets.add(rules);
  for (const target of targets) {
    if (typeof target !== 'function') continue;
    const described = (Reflect.getMetadata(DESCRIBED, target.prototype as object) ?? []) as string[];
    const rules = storage.getTargetValidationMetadatas(target, '', false, false);
    const properties = Map.groupBy(rules, ({ propertyName }) => propertyName);
    for (const [property, ofProperty] of properties) {
      if (described.includes(`:${property}`)) continue;
      ApiProperty(optionsOf(target, property, ofProperty, nestedType))(target.prototype as object, property);
    }
  }
}

function optionsOf(
  target: { prototype: unknown },
  property: string,
  rules: readonly (Constraint & Readonly<{ type: string }>)[],
  nestedType: (target: object, property: string) => unknown,
): ApiPropertyOptions {
  const kindOf = (rule: Constraint & Readonly<{ type: string }>) => rule.name ?? rule.type;
  const optional = rules.some((rule) => rule.type === 'conditionalValidation' && !mustBeThere(rule));
  const nested = rules.find((rule) => rule.type === 'nestedValidation');
  const isList = nested?.each === true || rules.some((rule) => rule.each || /^(isArray|array)/.test(kindOf(rule)));
  const own: Schema = {};
  const items: Schema = {};
  for (const rule of rules) Object.assign(rule.each ? items : own, schemaOf({ ...rule, name: kindOf(rule) }));
  const withDefault = defaultOf(target as new () => Record<string, unknown>, property);
  const common = {
    ...own,
    required: !optional && withDefault === undefined,
    ...(withDefault === undefined ? {} : { default: withDefault }),
  };
  const type = nested ? nestedType(target, property) : undefined;
  if (type) return { ...common, type, isArray: isList } as ApiPropertyOptions;
  if (isList)
    return { ...common, type: 'array', items: Object.keys(items).length > 0 ? items : {} } as ApiPropertyOptions;
  return { ...common, type: own['type'] ?? 'object' } as unknown as ApiPropertyOptions;
}

/** Whether the rules apply to a field that is left out. */
function mustBeThere({ constraints }: Constraint): boolean {
  try {
    return (constraints?.[0] as (object: object, value: unknown) => boolean)({}, undefined);
  } catch {
    return false;
  }
}

function defaultOf(type: new () => Record<string, unknown>, property: string): unknown {
  try {
    return new type()[property];
  } catch {
    return undefined;
  }
}
