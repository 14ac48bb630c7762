import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IConnections, INodeProperties } from 'n8n-workflow';
import { describe, expect, test } from 'vitest';

import { type ExportedWorkflow, readWorkflowTemplate, toWorkflowBody } from '../../cli/n8n/exportedWorkflow';
import { Lma } from '../../nodes/Lma/Lma.node';

const folder = join(__dirname, '..', '..', 'templates');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const { properties } = new Lma().description;

/** The parameters that the node shows for these ones. */
function shownFor(parameters: Record<string, unknown>): INodeProperties[] {
	// n8n does not write down what is left at its default.
	const value = (name: string) =>
		parameters[name] ?? properties.find((property) => property.name === name)?.default;
	return properties.filter(({ displayOptions: { show = {} } = {} }) =>
		Object.entries(show).every(([name, values]) => values?.includes(value(name) as string) ?? true),
	);
}

interface SettingsParameters {
	assignments: { assignments: unknown[] };
}
type TemplateNode = ExportedWorkflow['nodes'][number];

/** What leads to a message: an e-mail, or one that the worker sends. */
function isSending({ type, parameters = {} }: TemplateNode): boolean {
	const { resource, operation } = parameters as Record<string, unknown>;
	return (
		type === 'n8n-nodes-base.emailSend' ||
		(type === 'n8n-nodes-lma.lma' && resource === 'communication' && operation === 'schedule') ||
		(type === 'n8n-nodes-lma.lma' && resource === 'campaign' && operation === 'enrolLeads')
	);
}

/** Whose first output is for what happens when `sending` is on in the node Settings. */
function isSwitch({ type, parameters }: TemplateNode): boolean {
	return (
		type === 'n8n-nodes-base.if' &&
		/\$\('Settings'\)[.\w()]*\.json\.sending \}\}/.test(JSON.stringify(parameters))
	);
}

/** The names of the nodes that an execution can come to by the outputs it may leave nodes by. */
function reached(template: ExportedWorkflow, mayLeaveBy: (name: string, output: number) => boolean) {
	const connections = template.connections as IConnections;
	const targets = new Set(JSON.stringify(connections).match(/(?<="node":")[^"]+/g));
	const found = new Set(template.nodes.map(({ name }) => name).filter((name) => !targets.has(name)));
	for (const name of found) {
		for (const [output, next] of (connections[name]?.['main'] ?? []).entries()) {
			if (mayLeaveBy(name, output)) next?.forEach(({ node }) => found.add(node));
		}
	}
	return found;
}

function optionValues(property: INodeProperties | undefined): unknown[] {
	return (property?.options ?? []).map((option) => ('value' in option ? option.value : option.name));
}

describe.each(files)('%s', (file) => {
	const template = readWorkflowTemplate(join(folder, file));
	const lmaNodes = template.nodes.filter(({ type }) => type === 'n8n-nodes-lma.lma');

	test('connects only nodes that are there, and all of them', () => {
		const names = template.nodes.map(({ name }) => name);
		const targets = [...JSON.stringify(template.connections).matchAll(/"node":"([^"]+)"/g)].map(
			([, name]) => name,
		);
		const connected = new Set([...Object.keys(template.connections), ...targets]);
		expect(new Set(names).size).toBe(names.length);
		expect([...connected].sort()).toEqual([...names].sort());
	});

	test('uses operations and parameters that the LMA node has', () => {
		for (const { parameters } of lmaNodes as unknown as { parameters: Record<string, unknown> }[]) {
			const shown = shownFor(parameters);
			for (const [name, value] of Object.entries(parameters)) {
				const property = shown.find((candidate) => candidate.name === name);
				expect(property, `${String(parameters['operation'])}: ${name}`).toBeDefined();
				if (property?.type === 'options') expect(optionValues(property)).toContain(value);
				if (property?.type === 'collection')
					expect(optionValues(property)).toEqual(expect.arrayContaining(Object.keys(value as object)));
			}
			const required = shown.filter((property) => property.required).map(({ name }) => name);
			expect(Object.keys(parameters)).toEqual(expect.arrayContaining(required));
		}
	});

	test('names the credential by its type alone, so that each n8n fills in its own', () => {
		const body = toWorkflowBody(template, { lmaApi: { id: '42', name: 'Acme' } });
		expect(Object.keys(body).sort()).toEqual(['connections', 'name', 'nodes', 'settings']);
		for (const node of body.nodes.filter(({ type }) => type === 'n8n-nodes-lma.lma'))
			expect(node.credentials).toEqual({ lmaApi: { id: '42', name: 'Acme' } });
		expect(JSON.stringify(template)).not.toMatch(/"credentials":\{"lmaApi":\{"id"/);
	});

	test('sends nothing before somebody has switched it on, and shows what it would send', () => {
		const switches = template.nodes.filter(isSwitch).map(({ name }) => name);
		const wouldSend = template.nodes.filter(isSending).map(({ name }) => name);
		const isOff = reached(template, (name, output) => !(switches.includes(name) && output === 0));
		expect(wouldSend.filter((name) => isOff.has(name))).toEqual([]);
		expect([...reached(template, () => true)]).toEqual(expect.arrayContaining(wouldSend));
		if (wouldSend.length === 0) return;
		const settings = template.nodes.find(({ name }) => name === 'Settings')?.parameters as SettingsParameters;
		expect(settings.assignments.assignments[0]).toMatchObject({
			name: 'sending',
			type: 'boolean',
			value: false,
		});
		expect(isOff).toContain('Would be sent');
	});

	test('has an entry in the README', () => {
		expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`## ${file}`);
	});
});

describe('the outreach channel', () => {
	const { nodes, connections } = readWorkflowTemplate(join(folder, 'outreach-channel.json'));
	const typed = nodes as unknown as { name: string; type: string; parameters: Record<string, unknown> }[];
	const next = (name: string) =>
		((connections as Record<string, { main: { node: string }[][] }>)[name]?.main ?? []).map((output) =>
			output.map(({ node }) => node),
		);

	test('reports nothing as sent until somebody has put a provider in place of its four empty nodes', () => {
		const empty = next('By type')
			.flat()
			.filter((name) => name !== 'Unknown type');
		expect(empty).toHaveLength(4);
		for (const name of empty) {
			const node = typed.find((candidate) => candidate.name === name);
			expect(JSON.stringify(node?.parameters)).toContain('"name":"notSentBecause"');
			expect(next(name)).toEqual([['No provider yet?']]);
		}
		expect(next('No provider yet?')).toEqual([['Not sent'], ['Sent']]);
		const answer = typed.find(({ name }) => name === 'Not sent')?.parameters;
		expect(answer).toMatchObject({ options: { responseCode: 501 } });
		const toSent = typed.filter(({ name }) => next(name).flat().includes('Sent'));
		expect(toSent.map(({ name }) => name)).toEqual(['No provider yet?']);
	});
});
