// SPDX-License-Identifier: GPL-3.0-or-later
// The archive's interface (server/openapi.yaml). Nothing of a session is kept beyond this module.
import { language, t } from './text.js';

const base = 'api/v1/';
let csrf = 'none';
let onSignedOut = () => {};

export class Problem extends Error {
	constructor(status, body) {
		super(body.detail || body.title || String(status));
		this.status = status;
		this.code = body.code;
		this.field = body.field;
		this.requestId = body.request_id;
	}
}

export const setToken = token => { csrf = token || 'none'; };
let verify = null;
// Called before a dangerous act whose proof is old; a promise of whether it was given.
export const whenUnverified = callback => { verify = callback; };
export const whenSignedOut = callback => { onSignedOut = callback; };

async function problemOf(answer) {
	let body = {};
	try {
		body = await answer.json();
	} catch {
		body = { title: `${answer.status} ${answer.statusText}` };
	}
	return new Problem(answer.status, body);
}

// One request; a lost connection becomes a Problem with status 0.
export async function request(method, path, options = {}) {
	const headers = { 'Accept-Language': language(), ...options.headers };
	if (method !== 'GET' && method !== 'HEAD')
		headers['X-Tangthu-Csrf'] = csrf;
	let body = options.raw;
	if (options.body !== undefined) {
		headers['Content-Type'] = 'application/json';
		body = JSON.stringify(options.body);
	}
	let answer;
	try {
		answer = await fetch(base + path, { method, headers, body, signal: options.signal, credentials: 'same-origin' });
	} catch (error) {
		if (error.name === 'AbortError')
			throw error;
		throw new Problem(0, { detail: t('app.offline') });
	}
	if (answer.ok)
		return answer;
	const problem = await problemOf(answer);
	if (problem.status === 401 && path !== 'login' && path !== 'whoami')
		onSignedOut();
	if (problem.code === 'verify-required' && verify && !options.again && await verify())
		return request(method, path, { ...options, again: true });
	throw problem;
}

export async function get(path, options) {
	return (await request('GET', path, options)).json();
}

export function query(parameters) {
	const out = new URLSearchParams();
	for (const [name, value] of Object.entries(parameters))
		if (value !== undefined && value !== null && value !== '')
			out.set(name, value);
	return out.toString();
}
