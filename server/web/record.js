// SPDX-License-Identifier: GPL-3.0-or-later
import { html, useEffect, useLayoutEffect, useRef, useState } from './vendor/preact-htm.js';
import { get, query, request } from './api.js';
import { InsideBox, InsidePages, useInside, useMatches } from './inside.js';
import { useKeys } from './keys.js';
import { link, replace } from './route.js';
import { Problem } from './search.js';
import { day, dayTyped, languageName, size, t, typeName, useTitle, when } from './text.js';
import { Pager, Scan, PageText } from './viewer.js';

const fieldNames = ['number', 'symbol', 'issued', 'type', 'subject', 'issuer', 'signer', 'signer_post', 'urgency', 'language'];

// What the archive takes for these (NĐ 30/2020 PL I; ISO 639); another language that stands already stays one to choose.
const choices = { urgency: ['KHẨN', 'THƯỢNG KHẨN', 'HỎA TỐC'], language: ['vi', 'en', 'fr', 'zh', 'ja', 'ko', 'ru', 'de'] };

// A value as people say it: codes by their names.
function said(name, value, typeNames) {
	if (name === 'issued')
		return day(value);
	if (name === 'language')
		return languageName(value);
	return name === 'type' ? typeNames[value] || value : value;
}

const mayEdit = record => record.rights.includes('edit');
// What the record says already is no question any more.
const openSuggestions = record => (record.suggestions || []).filter(s => s.state === 'new' && s.value !== record.fields[s.field]);

// The surest value of a field that nobody has confirmed, as in the list of results.
function likeliest(record, name) {
	const open = openSuggestions(record).filter(s => s.field === name);
	return record.fields[name] ? null : open.sort((a, b) => b.confidence - a.confidence)[0]?.value;
}

export const titleOf = record =>
	record.fields.subject || likeliest(record, 'subject') || record.notation || record.components?.[0]?.name || t('search.nosubject');

// Names of the types that suggestions name by their codes.
function useTypeNames(record) {
	const [names, setNames] = useState({});
	const unnamed = openSuggestions(record).some(s => s.field === 'type');
	useEffect(() => {
		if (unnamed)
			get('types').then(answer => setNames(Object.fromEntries(answer.types.map(type => [type.code, typeName(type)]))), () => {});
	}, [unnamed]);
	return names;
}

// Who may edit sees what was found by machine as questions; to others it is told as unconfirmed.
function Facts({ record, typeNames }) {
	const row = name => {
		const guess = mayEdit(record) ? null : likeliest(record, name);
		const value = record.fields[name] || guess;
		return value && html`<dt>${t(`field.${name}`)}</dt>
			<dd>${said(name, value, record.fields[name] ? { [value]: record.type_name } : typeNames)}
				${guess && html` <span class="unsure">${t('search.unconfirmed')}</span>`}</dd>`;
	};
	return html`<dl class="details">
		${fieldNames.map(row)}
		<dt>${t('record.dossier')}</dt><dd>${record.dossier.file_code} ${record.dossier.title}</dd>
		<dt>${t('record.reading')}</dt><dd>${t(`reading.${record.reading}`)}${record.reading_reason && `: ${record.reading_reason}`}</dd>
	</dl>`;
}

function Suggestions({ record, typeNames, onDecide }) {
	const open = openSuggestions(record);
	if (!open.length || !mayEdit(record))
		return null;
	return html`<section aria-labelledby="suggestions">
		<h3 id="suggestions">${t('record.suggestions')}</h3>
		<ul class="suggestions">${open.map(s => {
			const value = said(s.field, s.value, typeNames);
			const about = `${t(`field.${s.field}`)}: ${value}`;
			return html`<li key=${s.id}>
				<span><b>${t(`field.${s.field}`)}</b> ${value} <small>${Math.round(s.confidence * 100)} %</small></span>
				<span class="buttons">
					<button aria-label=${`${t('record.accept')} – ${about}`} onClick=${() => onDecide(s, 'accept')}>${t('record.accept')}</button>
					<button class="quiet" aria-label=${`${t('record.reject')} – ${about}`} onClick=${() => onDecide(s, 'reject')}>${t('record.reject')}</button>
				</span></li>`;
		})}</ul>
	</section>`;
}

function Editor({ record, types, onSave, onCancel, problem }) {
	const form = useRef();
	useLayoutEffect(() => form.current.querySelector('input').focus(), []); /* before anything is typed */
	const written = name => (name === 'issued' ? day(record.fields.issued) : record.fields[name] || '');
	const submit = event => {
		event.preventDefault();
		const data = new FormData(form.current);
		const fields = {};
		for (const name of fieldNames) {
			const value = (data.get(name) || '').trim();
			if (value !== written(name))
				fields[name] = name === 'issued' ? dayTyped(value) : value;
		}
		onSave(fields);
	};
	const select = (name, rows) => html`<select name=${name}><option value=""></option>${rows.map(([value, label]) => html`
		<option value=${value} selected=${value === record.fields[name]}>${label}</option>`)}</select>`;
	const input = name => {
		if (name === 'type')
			return select(name, types.map(type => [type.code, typeName(type)]));
		if (choices[name])
			return select(name, [...new Set([...choices[name], record.fields[name]].filter(Boolean))].map(value => [value, said(name, value)]));
		if (name === 'subject')
			return html`<textarea name="subject" rows="3" maxlength="2000">${record.fields.subject || ''}</textarea>`;
		return html`<input name=${name} defaultValue=${written(name)} maxlength="500" placeholder=${name === 'issued' ? t('record.dayhint') : undefined} />`;
	};
	return html`<form ref=${form} class="editor" onSubmit=${submit}>
		${problem && html`<p role="alert" class="problem">${problem.message}</p>`}
		${fieldNames.map(name => html`<label>${t(`field.${name}`)} ${input(name)}</label>`)}
		<p class="buttons"><button class="main">${t('record.save')}</button>
			<button type="button" class="quiet" onClick=${onCancel}>${t('record.cancel')}</button></p>
	</form>`;
}

const made = c => c.mime === 'application/pdf' || c.mime.startsWith('image/');
const exported = (record, c, format) => `api/v1/records/${record.uid}/export/${format}?component=${c.ordinal}`;

// Looked for when asked: a process of its own opens the file.
function Signatures({ record }) {
	const [found, setFound] = useState(null);
	const [problem, setProblem] = useState(null);
	const look = () => get(`records/${record.uid}/signatures`)
		.then(answer => setFound(answer.components.flatMap(c => c.found?.signatures || [])), setProblem);
	if (problem)
		return html`<p role="alert" class="problem">${problem.message}</p>`;
	return html`<section aria-labelledby="signatures"><h3 id="signatures">${t('signature.title')}</h3>
		${!found && html`<button onClick=${look}>${t('signature.look')}</button>`}
		<div aria-live="polite">${found && !found.length && html`<p>${t('signature.none')}</p>`}
		${found?.length > 0 && html`<ul class="suggestions">${found.map(s => html`<li><span>
			<b>${t(`signature.state.${s.integrity}`)}</b> ${s.signer || s.name || s.field}<br />
			<small>${s.whole_file ? t('signature.whole') : t('signature.part')} ${s.signing_time && when(s.signing_time)} ${t('signature.trust')}</small>
			</span></li>`)}</ul>`}</div>
	</section>`;
}

function Files({ record }) {
	if (!record.components)
		return null;
	const download = record.rights.includes('download');
	return html`<h3>${t('record.file')}</h3>
		<ul class="files">${record.components.map(c => html`<li>
			<span class="filename">${c.name}</span> <small>${c.mime}, ${c.first_page
				? t('record.range', { first: c.first_page, last: c.last_page }) : size(c.size)}</small>
			${download && html`<a class="button" download href=${`api/v1/records/${record.uid}/original/${c.ordinal}`}
				aria-label=${`${t('record.download')} – ${c.name}`}>${t('record.download')}</a>`}
			${download && made(c) && html`<a href=${exported(record, c, 'searchable')} download
				aria-label=${`${t('record.searchable')} – ${c.name}`}>${t('record.searchable')}</a>
				<a href=${exported(record, c, 'pdfa')} download aria-label=${`${t('record.pdfa')} – ${c.name}`}>${t('record.pdfa')}</a>`}
		</li>`)}</ul>
		${record.components.some(c => c.mime === 'application/pdf' && !c.first_page) && html`<${Signatures} record=${record} />`}`;
}

function Details({ record, etag, page, onChange }) {
	const [types, setTypes] = useState(null);
	const [problem, setProblem] = useState(null);
	const [saved, setSaved] = useState(false);
	const told = useRef();
	const typeNames = useTypeNames(record);
	const act = async (method, path, options) => {
		setProblem(null);
		setSaved(false);
		try {
			await onChange(await request(method, `records/${record.uid}${path}`, options));
			setTypes(null);
			setSaved(true);
			told.current?.focus(); /* the button that was pressed is gone */
		} catch (error) {
			setProblem(error);
		}
	};
	const edit = async () => {
		setSaved(false);
		setTypes((await get('types')).types);
	};
	return html`<section class="facts-panel" aria-labelledby="details">
		<h2 id="details">${t('record.details')}</h2>
		${record.quarantine && html`<p class="notice">${t('record.quarantine')}</p>`}
		<p aria-live="polite" tabindex="-1" ref=${told}>${saved && t('record.saved')}</p>
		${types ? html`<${Editor} record=${record} types=${types} problem=${problem} onCancel=${() => { setTypes(null); setProblem(null); }}
				onSave=${fields => act('PATCH', '', { body: { fields }, headers: { 'If-Match': etag } })} />` : html`
			${problem && html`<p role="alert" class="problem">${problem.message}</p>`}
			<${Facts} record=${record} typeNames=${typeNames} />
			${mayEdit(record) && record.state === 'draft' && html`<button onClick=${edit}>${t('record.edit')}</button>`}
			${mayEdit(record) && record.pages > 0 && html`<p><a href=${link('review', record.uid, { page })}>${t('record.review')}</a></p>`}
			<${Suggestions} record=${record} typeNames=${typeNames} onDecide=${(s, what) => act('POST', `/suggestions/${s.id}/${what}`)} />
			<${Files} record=${record} />`}
	</section>`;
}

// The words of one page, kept while the record is open.
function usePage(uid, page, q) {
	const [state, setState] = useState({});
	useEffect(() => {
		if (!page)
			return undefined;
		const stop = new AbortController();
		setState({});
		Promise.all([
			get(`records/${uid}/pages?${query({ from: page, limit: 1 })}`, { signal: stop.signal }),
			get(`records/${uid}/pages/${page}/words?${query({ q })}`, { signal: stop.signal })
				.catch(error => { if (error.status === 404) return null; throw error; }),
		]).then(([pages, words]) => setState({ info: pages.pages[0], words }), error => {
			if (error.name !== 'AbortError')
				setState({ problem: error });
		});
		return () => stop.abort();
	}, [uid, page, q]);
	return state;
}

function Viewer({ record, page, q, inside, onPage, onAsk }) {
	const { info, words, problem } = usePage(record.uid, page, q);
	const { hits, current, step } = useMatches({ page, q, words, inside, onPage });
	useKeys({
		n: () => step(1),
		p: () => step(-1),
		']': () => page < record.pages && onPage(page + 1),
		'[': () => page > 1 && onPage(page - 1),
	});
	return html`<section class="viewer">
		<${InsideBox} q=${q} onAsk=${onAsk} />
		<${InsidePages} inside=${inside} page=${page} total=${record.pages} onPage=${onPage} />
		<div class="pager">
			<${Pager} page=${page} total=${record.pages} onPage=${onPage} />
			${hits > 0 && html`<p class="pager"><span aria-live="polite">${t('record.hits', { n: hits })}</span>
				<button onClick=${() => step(-1)}>${t('record.hitprevious')}</button>
				<button onClick=${() => step(1)}>${t('record.hitnext')}</button></p>`}
		</div>
		${problem && html`<${Problem} problem=${problem} />`}
		${!problem && !info && html`<p>${t('app.loading')}</p>`}
		${info?.quality?.length > 0 && html`<p class="quality">${t('quality.title')} ${info.quality.map(issue =>
			t(`quality.${issue}`, { n: issue === 'doubled' ? info.same_as : info.missing })).join('; ')}.</p>`}
		${info && html`<div class="pages">
			<${Scan} uid=${record.uid} info=${info} words=${words} hit=${current} />
			<${PageText} words=${words} hit=${current} />
		</div>`}
	</section>`;
}

export function RecordView({ id, parameters, who }) {
	const [record, setRecord] = useState(null);
	const [etag, setEtag] = useState('');
	const [problem, setProblem] = useState(null);
	const [printed, setPrinted] = useState(() => new Date());
	const take = async answer => {
		setEtag(answer.headers.get('ETag'));
		setRecord(await answer.json());
	};
	useEffect(() => {
		setProblem(null);
		request('GET', `records/${id}`).then(take).catch(setProblem);
	}, [id]);
	// What is printed is in the log; who may not print is told, and the try is in the log.
	useEffect(() => {
		const note = () => {
			setPrinted(new Date());
			request('POST', `records/${id}/print`).catch(setProblem);
		};
		window.addEventListener('beforeprint', note);
		return () => window.removeEventListener('beforeprint', note);
	}, [id]);
	const q = parameters.in || parameters.q;
	// A record in quarantine is in no index: its pages are marked, nothing is said of where the words are.
	const inside = useInside(id, record?.components && !record.quarantine && q);
	useTitle(record?.notation || t('record.title'));
	if (problem)
		return html`<${Problem} problem=${problem} />`;
	if (!record)
		return html`<p>${t('app.loading')}</p>`;
	// On paper it says who printed it, when, and that nobody keeps it up to date (records.md 4, 57).
	const obsolete = record.revision?.mark;
	// Without a page in the address it opens where most of the words stand.
	const page = Math.min(Math.max(1, Number(parameters.page) || inside.hit?.page || 1), Math.max(1, record.pages));
	return html`
		<p><a href=${parameters.from ? `#/search?${parameters.from}` : link('search', undefined, { q: parameters.q })}>${t('record.back')}</a></p>
		<p class="copy">${obsolete && `${obsolete} - `}${t('record.copy', { who: who?.display || who?.name || '', when: when(printed) })}</p>
		${obsolete && html`<p class="obsolete" role="alert">${obsolete}</p>`}
		<h1>${titleOf(record)}</h1>
		<div class="record">
			<${Details} record=${record} etag=${etag} page=${page} onChange=${take} />
			${record.components && (record.pages > 0
				? html`<${Viewer} record=${record} page=${page} q=${q} inside=${inside}
					onPage=${wanted => replace('record', id, { ...parameters, page: wanted })}
					onAsk=${words => replace('record', id, { ...parameters, in: words, page: undefined })} />`
				: html`<p class="empty">${t('record.nopages')}</p>`)}
		</div>`;
}
