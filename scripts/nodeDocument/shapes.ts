import { join } from 'node:path';
import ts from 'typescript';

import { packageRoot } from '../../cli/machine/packageRoot';
import { listOperations } from '../../nodes/Lma/actions/operationRegister';

/** One field of an output item. */
export interface OutputField {
	name: string;
	/** `string`, `number | null`, `"hot" | "warm"`, `string[]`, `object`; objects with known fields as `{ a: number }`. */
	type: string;
	/** What the row type says of it; empty where the name says enough. */
	description: string;
}

/** What an operation gives for one input item. */
export interface Shape {
	/** Any number of items, or exactly one. */
	gives: 'one' | 'many';
	fields: OutputField[];
	/** What its items have instead, for operations whose parameters choose between two kinds of rows. */
	otherwise?: OutputField[];
	/** Names of the fields that *Simplify* leaves, for operations that have it. */
	simplified?: string[];
}

/** Shapes by operation: `lead.create`. */
export type Shapes = Record<string, Shape>;

/**
 * Reads the shapes of all operations from the types of what their `execute` and `simplify` return. Takes some seconds: it
 * compiles the nodes.
 *
 * @throws Error for an operation whose type says less than its fields
 */
export function readShapes(): Shapes {
	const actions = join(packageRoot(), 'nodes', 'Lma', 'actions');
	const { config } = ts.readConfigFile(join(packageRoot(), 'tsconfig.json'), (path) =>
		ts.sys.readFile(path),
	) as {
		config: { compilerOptions: object };
	};
	const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, packageRoot());
	const program = ts.createProgram([join(actions, 'operationRegister.ts')], {
		...options,
		incremental: false,
	});
	const reader = new ShapeReader(program.getTypeChecker());
	return Object.fromEntries(
		listOperations().map(({ resource, name }) => {
			const file = join(
				actions,
				resource,
				`${resource[0]?.toUpperCase() ?? ''}${resource.slice(1)}.resource.ts`,
			);
			return [`${resource}.${name}`, reader.read(program.getSourceFile(file), name)] as const;
		}),
	);
}

class ShapeReader {
	constructor(private readonly checker: ts.TypeChecker) {}

	read(file: ts.SourceFile | undefined, operation: string): Shape {
		const module = file && this.checker.getSymbolAtLocation(file);
		const operations = module?.exports?.get('operations' as ts.__String);
		if (!file || !operations) throw new Error(`No operations for ${operation}`);
		const chosen = this.member(this.checker.getTypeOfSymbol(operations), operation);
		if (!chosen) throw new Error(`${file.fileName} has no operation ${operation}`);
		const result = this.entry(this.returned(chosen, 'execute'));
		const row = result && this.member(result, 'row');
		if (!row) throw new Error(`The results of ${operation} have no row`);
		const given = this.checker.getNonNullableType(row);
		const kinds = given.isUnion() ? given.types : [given];
		const [fields = [], otherwise] = kinds.map((kind) => this.fields(this.entry(kind) ?? kind, operation));
		const simplified = this.returned(chosen, 'simplify');
		const kept = simplified && new Set(this.fields(simplified, operation).map(({ name }) => name));
		return {
			gives: kinds.some((kind) => this.entry(kind)) ? 'many' : 'one',
			fields,
			...(otherwise && { otherwise }),
			...(kept && { simplified: fields.map(({ name }) => name).filter((name) => kept.has(name)) }),
		};
	}

	private fields(type: ts.Type, operation: string): OutputField[] {
		const properties = this.checker.getPropertiesOfType(type);
		if (properties.length === 0) throw new Error(`The type of what ${operation} gives has no fields`);
		return properties.map((property) => ({
			name: property.name,
			type: this.written(this.checker.getTypeOfSymbol(property)),
			description: ts
				.displayPartsToString(property.getDocumentationComment(this.checker))
				.replaceAll('\n', ' '),
		}));
	}

	private written(type: ts.Type): string {
		if (type.isUnion()) {
			const isFlag = type.types.filter((one) => one.flags & ts.TypeFlags.BooleanLiteral).length === 2;
			const others = isFlag
				? type.types.filter((one) => !(one.flags & ts.TypeFlags.BooleanLiteral))
				: type.types;
			const names = [...others.map((one) => this.written(one)), ...(isFlag ? ['boolean'] : [])];
			return [...new Set(names)].sort((a, b) => rank(a) - rank(b)).join(' | ');
		}
		const element = this.entry(type);
		if (element) return `${this.written(element)}[]`;
		if (!(type.flags & ts.TypeFlags.Object)) return this.checker.typeToString(type);
		const properties = this.checker.getPropertiesOfType(type);
		if (properties.length === 0) return 'object';
		const inner = properties.map(
			(property) => `${property.name}: ${this.written(this.checker.getTypeOfSymbol(property))}`,
		);
		return `{ ${inner.join(', ')} }`;
	}

	/** What a method of the operation returns, awaited; undefined when it has no such method. */
	private returned(operation: ts.Type, method: string): ts.Type | undefined {
		const type = this.member(operation, method);
		const [signature] = type?.getCallSignatures() ?? [];
		return signature && this.checker.getAwaitedType(signature.getReturnType());
	}

	private member(type: ts.Type, name: string): ts.Type | undefined {
		const property = this.checker.getPropertyOfType(type, name);
		return property && this.checker.getTypeOfSymbol(property);
	}

	/** The type of an array's entries; undefined for what is no array. */
	private entry(type: ts.Type | undefined): ts.Type | undefined {
		if (!type || !(type.flags & ts.TypeFlags.Object || type.isIntersection())) return undefined;
		return this.checker.getIndexTypeOfType(type, ts.IndexKind.Number);
	}
}

/** Null last, as it reads best. */
function rank(type: string): number {
	return type === 'null' ? 1 : 0;
}
