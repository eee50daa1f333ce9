/**
 * Checking a JSON value against a schema, with messages for a person.
 *
 * Only the words of JSON Schema that the schema of policies uses are known here.
 *
 * @module
 */
import { listed } from "../listed.ts";
import { nearest } from "../nearest.ts";

/** A JSON Schema, as far as it is understood here. */
export interface Schema {
  /** What it is about, in a few words; messages say it when a value does not fit. */
  readonly description?: string;
  /** The types that a value may have. */
  readonly type?: string | readonly string[];
  /** The values that there are. */
  readonly enum?: readonly unknown[];
  /** What a text has to look like. */
  readonly pattern?: string;
  /** The fewest characters of a text. */
  readonly minLength?: number;
  /** The least number. */
  readonly minimum?: number;
  /** The greatest number. */
  readonly maximum?: number;
  /** What an object may have. */
  readonly properties?: Readonly<Record<string, Schema | undefined>>;
  /** What its other properties are, `false` for none. */
  readonly additionalProperties?: boolean | Schema;
  /** What their names have to look like. */
  readonly propertyNames?: Schema;
  /** What an object must have. */
  readonly required?: readonly string[];
  /** Of what each of these requires, an object must have at least one. */
  readonly anyOf?: readonly Pick<Schema, "required">[];
  /** What each entry of a list is. */
  readonly items?: Schema;
  /** Several forms, told apart by their types and by what they require. */
  readonly oneOf?: readonly Schema[];
  /** Another schema, by its place: `#/$defs/NAME`. */
  readonly $ref?: string;
  /** Schemas that others refer to. */
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** What is wrong with a value. */
export interface Problem {
  /** Where: `mounts[0].access`, empty for the whole. */
  readonly place: string;
  /** What is wrong there, to be put after the place: `must be "ro" or "rw"`. */
  readonly message: string;
  /** What was probably meant, if that can be told. */
  readonly hint?: string;
}

/**
 * Finds the first thing that is wrong with a value.
 *
 * @param value Any value that `JSON.parse` can return
 * @param schema The schema
 * @returns What is wrong, or `undefined` when nothing is
 *
 * @example
 * ```ts
 * import { findProblem } from "./validate.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const schema = { type: "object", properties: { limit: { type: "integer" } }, additionalProperties: false };
 * assertEquals(findProblem({ limit: 1 }, schema), undefined);
 * assertEquals(findProblem({ limti: 1 }, schema)?.hint, 'Did you mean "limit"?');
 * ```
 */
export function findProblem(value: unknown, schema: Schema): Problem | undefined {
  return check(value, schema, "", schema);
}

function check(value: unknown, schema: Schema, place: string, root: Schema): Problem | undefined {
  if (schema.$ref !== undefined) {
    return check(value, root.$defs![schema.$ref.slice("#/$defs/".length)]!, place, root);
  }
  if (schema.oneOf !== undefined) return checkForms(value, schema.oneOf, place, root);
  if (!fits(value, schema)) return { place, message: `must be ${wanted(schema)}` };
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const [index, item] of value.entries()) {
      const problem = check(item, schema.items, `${place}[${index}]`, root);
      if (problem !== undefined) return problem;
    }
  }
  return isObject(value) ? checkProperties(value, schema, place, root) : undefined;
}

/** The form that is meant is the one of the right type that has what it requires. */
function checkForms(
  value: unknown,
  forms: readonly Schema[],
  place: string,
  root: Schema,
): Problem | undefined {
  const candidates = forms.filter((form) => hasType(value, form.type));
  if (candidates.length === 0) {
    return { place, message: `must be ${[...new Set(forms.map(typeText))].join(" or ")}` };
  }
  const told = candidates.flatMap(({ required = [] }) => required);
  const meant = candidates.filter(({ required = [] }) =>
    required.every((name) => Object.hasOwn(value as object, name))
  );
  if (meant.length === 1) return check(value, meant[0]!, place, root);
  const names = told.map((name) => `"${name}"`).join(", ");
  const message = meant.length === 0 ? `needs one of ${names}` : `must have only one of ${names}`;
  const strange = Object.keys(value as object).find((name) =>
    !candidates.some(({ properties = {} }) => Object.hasOwn(properties, name))
  );
  return { place, message, hint: strange === undefined ? undefined : didYouMean(strange, told) };
}

function checkProperties(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  place: string,
  root: Schema,
): Problem | undefined {
  const { properties = {}, additionalProperties = true, propertyNames, required = [], anyOf } = schema;
  const isMissing = (name: string): boolean => !Object.hasOwn(value, name);
  const missing = required.find(isMissing);
  if (missing !== undefined) return { place, message: `needs "${missing}"` };
  for (const [name, content] of Object.entries(value)) {
    const at = placeOf(place, name);
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known === undefined && additionalProperties === false) {
      return { place: at, message: "is not known", hint: didYouMean(name, Object.keys(properties)) };
    }
    if (known === undefined && propertyNames !== undefined && !fits(name, propertyNames)) {
      return { place: at, message: `must have ${propertyNames.description}` };
    }
    const inner = known ?? additionalProperties;
    const problem = typeof inner === "boolean" ? undefined : check(content, inner, at, root);
    if (problem !== undefined) return problem;
  }
  if (anyOf === undefined || anyOf.some(({ required = [] }) => !required.some(isMissing))) return undefined;
  const names = anyOf.flatMap(({ required = [] }) => required).map((name) => `"${name}"`);
  return { place, message: `needs one of ${names.join(", ")}` };
}

function fits(value: unknown, schema: Schema): boolean {
  if (!hasType(value, schema.type)) return false;
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false;
  if (typeof value === "number") {
    return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity);
  }
  if (typeof value !== "string") return true;
  if (value.length < (schema.minLength ?? 0)) return false;
  return schema.pattern === undefined || new RegExp(schema.pattern, "u").test(value);
}

function hasType(value: unknown, type: Schema["type"]): boolean {
  if (type === undefined) return true;
  const types = typeof type === "string" ? [type] : type;
  return types.includes(typeOf(value)) || (types.includes("integer") && Number.isInteger(value));
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeOf(value) === "object";
}

function wanted(schema: Schema): string {
  if (schema.enum !== undefined) {
    const values = schema.enum.map((it) => JSON.stringify(it));
    return listed(values);
  }
  const limited = schema.pattern !== undefined || schema.minimum !== undefined;
  if (!limited) return schema.minLength === undefined ? typeText(schema) : "a string that is not empty";
  const bounds = schema.type === "integer" && schema.maximum !== Number.MAX_SAFE_INTEGER
    ? ` from ${schema.minimum} to ${schema.maximum}`
    : "";
  return `${schema.description}${bounds}`;
}

const TYPES: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "a string",
  boolean: "true or false",
  integer: "a whole number",
  null: "null",
};

function typeText({ type = [] }: Schema): string {
  return (typeof type === "string" ? [type] : type).map((it) => TYPES[it]).join(" or ");
}

/**
 * Where something is in an object.
 *
 * @param place Where the object is, empty for the whole
 * @param name The name of a property
 * @returns Where that is
 *
 * @example
 * ```ts
 * import { placeOf } from "./validate.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(placeOf(placeOf("", "users"), "alice"), "users.alice");
 * assertEquals(placeOf("users", "a b"), 'users["a b"]');
 * ```
 */
export function placeOf(place: string, name: string): string {
  if (!/^[\w$]+$/.test(name)) return `${place}[${JSON.stringify(name)}]`;
  return place === "" ? name : `${place}.${name}`;
}

function didYouMean(name: string, known: readonly string[]): string | undefined {
  const meant = nearest(name, known);
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}
