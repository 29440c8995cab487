// SPDX-License-Identifier: GPL-3.0-or-later
// The event log for auditors: entries with their proofs, checkpoints and evidence.
import { html, useEffect, useState } from './vendor/preact-htm.js';
import { get, query, request } from './api.js';
import { link, replace } from './route.js';
import { Problem } from './search.js';
import { t, useTitle } from './text.js';

const api = path => `api/v1/${path}`;
const when = text => text ? text.replace('T', ' ').slice(0, 19) : '';
const fields = ['object', 'actor', 'action', 'since', 'until'];

export function useList(path, key) {
	const [rows, setRows] = useState(null);
	const [next, setNext] = useState(null);
	const [problem, setProblem] = useState(null);
	const load = (cursor, before) => get(path + (cursor === null ? '' : `&${key.cursor}=${cursor}`)).then(answer => {
		setRows([...before, ...answer[key.name]]);
		setNext(answer.next ?? null);
	}).catch(setProblem);
	useEffect(() => {
		setRows(null);
		setProblem(null);
		load(null, []);
	}, [path]);
	return { rows, next, problem, more: () => load(next, rows), again: () => load(null, []) };
}

export function More({ list }) {
	return list.next !== null && html`<p><button class="quiet" onClick=${list.more}>${t('log.more')}</button></p>`;
}

function Filter({ parameters }) {
	const submit = event => {
		event.preventDefault();
		replace('log', undefined, Object.fromEntries(new FormData(event.target)));
	};
	return html`<form class="filters" onSubmit=${submit}>${fields.map(name => html`
		<label>${t(`log.${name}`)}
			<input name=${name} type=${name === 'since' || name === 'until' ? 'date' : 'text'}
				value=${parameters[name] || ''} autocomplete="off" /></label>`)}
		<button>${t('log.find')}</button>
	</form>`;
}

function Entries({ parameters }) {
	const wanted = Object.fromEntries(fields.map(name => [name, parameters[name]]));
	const list = useList(`log/entries?${query({ ...wanted, limit: 50 })}`, { name: 'entries', cursor: 'from' });
	if (list.problem)
		return html`<${Problem} problem=${list.problem} />`;
	if (!list.rows)
		return html`<p>${t('app.loading')}</p>`;
	return html`
		<table class="log">
			<caption class="hidden">${t('log.entries')}</caption>
			<thead><tr>${['seq', 'at', 'action', 'outcome', 'actor', 'object', 'proof'].map(name => html`
				<th scope="col">${t(`log.${name}`)}</th>`)}</tr></thead>
			<tbody>${list.rows.map(row => html`
				<tr key=${row.seq}>
					<td>${row.seq}</td><td>${when(row.at)}</td><td>${row.action}</td><td>${row.outcome}</td>
					<td><code>${row.actor || ''}</code></td>
					<td>${row.kind === 'record' ? html`<a href=${link('record', row.object)}><code>${row.object}</code></a>`
						: html`${row.kind || ''} <code>${row.object || ''}</code>`}${row.page ? ` ${row.page}` : ''}</td>
					<td><a href=${api(`log/entries/${row.seq}/proof`)} download=${`entry-${row.seq}.proof`}
						aria-label=${`${t('log.proof')} ${row.seq}`}>${t('log.save')}</a></td>
				</tr>`)}</tbody>
		</table>
		<${More} list=${list} />`;
}

function Checkpoints() {
	const list = useList('log/checkpoints?limit=20', { name: 'checkpoints', cursor: 'before' });
	const [problem, setProblem] = useState(null);
	const make = () => request('POST', 'log/checkpoints').then(list.again).catch(setProblem);
	if (list.problem || problem)
		return html`<${Problem} problem=${list.problem || problem} />`;
	const newest = list.rows?.[0]?.size;
	return html`
		<p>${t('log.honest')}</p>
		<p><button onClick=${make}>${t('log.make')}</button>
			${' '}<a href=${api('log/keys')} download="log.key.txt">${t('log.keys')}</a></p>
		<ul>${list.rows?.map(row => html`
			<li key=${row.size}>${row.size} · ${when(row.at)} ·
				${' '}<a href=${`data:text/plain;charset=utf-8,${encodeURIComponent(row.note)}`}
					download=${`${row.size}.checkpoint`}>${t('log.save')}</a>
				${row.size !== newest && html` · <a href=${api(`log/consistency?from=${row.size}&to=${newest}`)}
					download=${`${row.size}-${newest}.consistency`}>${t('log.extends', { size: newest })}</a>`}</li>`)}
		</ul>
		<${More} list=${list} />`;
}

function Evidence() {
	const list = useList('evidence?limit=20', { name: 'sets', cursor: 'after' });
	if (list.problem)
		return html`<${Problem} problem=${list.problem} />`;
	return html`
		${list.rows?.length === 0 && html`<p class="empty">${t('log.none')}</p>`}
		<ul>${list.rows?.map(row => html`
			<li key=${row.uid}>${row.clause || row.uid} · ${t('log.sample', { sample: row.sample, population: row.population })}
				${row.frozen && html` · <a href=${api(`evidence/${row.uid}/package`)}>${t('log.package')}</a>`}</li>`)}
		</ul>
		<${More} list=${list} />`;
}

export function LogView({ parameters }) {
	useTitle(t('nav.log'));
	return html`
		<h1>${t('nav.log')}</h1>
		<${Filter} parameters=${parameters} key=${JSON.stringify(parameters)} />
		<${Entries} parameters=${parameters} />
		<h2>${t('log.checkpoints')}</h2><${Checkpoints} />
		<h2>${t('log.evidence')}</h2><${Evidence} />`;
}
