// SPDX-License-Identifier: GPL-3.0-or-later
// What is shown stands in the address: #/search?q=..., #/record/<uid>?page=2&q=..., #/add
export function parseRoute(hash = location.hash) {
	const [path, search = ''] = hash.replace(/^#\/?/, '').split('?');
	const [view = 'search', id] = path.split('/');
	return { view: view || 'search', id, parameters: Object.fromEntries(new URLSearchParams(search)) };
}

export function link(view, id, parameters = {}) {
	const out = new URLSearchParams();
	for (const [name, value] of Object.entries(parameters))
		if (value !== undefined && value !== null && value !== '')
			out.set(name, value);
	const search = out.toString();
	return `#/${view}${id ? `/${id}` : ''}${search ? `?${search}` : ''}`;
}

export const go = (...where) => { location.hash = link(...where); };
export const replace = (...where) => {
	history.replaceState(null, '', link(...where));
	dispatchEvent(new HashChangeEvent('hashchange'));
};
