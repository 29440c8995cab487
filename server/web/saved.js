// SPDX-License-Identifier: GPL-3.0-or-later
// The searches that a person keeps: a list above the results, and a name for the present one.
import { html, useEffect, useState } from './vendor/preact-htm.js';
import { get, request } from './api.js';
import { go } from './route.js';
import { t } from './text.js';

const choices = ['type', 'issuer', 'state', 'language', 'year', 'month', 'level', 'dossier',
	'retention', 'due', 'held', 'procedure', 'sort', 'obsolete'];

const chosen = parameters => Object.fromEntries(choices.filter(name => parameters[name] !== undefined)
	.map(name => [name, String(parameters[name])]));

// Parameters are those of the search that is shown; like searches cannot be kept, they are about one record.
export function Saved({ parameters }) {
	const [rows, setRows] = useState([]);
	const [problem, setProblem] = useState(null);
	const load = () => get('searches').then(answer => setRows(answer.searches), setProblem);
	const act = (method, path, body) => {
		setProblem(null);
		return request(method, path, { body }).then(load, setProblem);
	};
	useEffect(() => { load(); }, []);
	const keep = event => {
		event.preventDefault();
		const form = event.target;
		act('POST', 'searches', { name: form.elements.savedname.value, query: parameters.q || '', choices: chosen(parameters) });
		form.reset();
	};
	const asked = !parameters.like && (parameters.q || Object.keys(chosen(parameters)).length > 0);
	if (!rows.length && !asked)
		return null;
	return html`<details class="saved">
		<summary>${t('saved.title')}${rows.length > 0 && ` (${rows.length})`}</summary>
		${problem && html`<p role="alert" class="problem">${problem.message}</p>`}
		<ul>${rows.map(row => html`<li key=${row.uid}>
			<button class="row" title=${row.query} onClick=${() => go('search', undefined, { q: row.query || undefined, ...row.choices })}>${row.name}</button>
			<button class="quiet" aria-label=${t('saved.remove.of', { name: row.name })}
				onClick=${() => act('DELETE', `searches/${row.uid}`)}>${t('saved.remove')}</button></li>`)}</ul>
		${asked && html`<form onSubmit=${keep}>
			<label>${t('saved.name')}${' '}<input name="savedname" required maxlength="100" autocomplete="off" /></label>${' '}
			<button>${t('saved.keep')}</button>
		</form>`}
	</details>`;
}
