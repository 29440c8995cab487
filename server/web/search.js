// SPDX-License-Identifier: GPL-3.0-or-later
import { html, useEffect, useRef, useState } from './vendor/preact-htm.js';
import { get, query } from './api.js';
import { useKeys } from './keys.js';
import { go, link } from './route.js';
import { Saved } from './saved.js';
import { DidYouMean, useCompletions } from './suggest.js';
import { day, languageName, number, t, useTitle } from './text.js';

const pageSize = 20;

export function Problem({ problem, onRetry }) {
	return html`<div role="alert" class="problem">
		<p>${problem.message}${problem.requestId && html` <small>(${problem.requestId})</small>`}</p>
		${onRetry && html`<button onClick=${onRetry}>${t('app.retry')}</button>`}
	</div>`;
}

function Hit({ hit, q, from, index }) {
	const open = page => link('record', hit.uid, { q, page, from });
	const unsure = name => hit.suggested.includes(name) && html` <span class="unsure">${t('search.unconfirmed')}</span>`;
	return html`<li class="hit">
		<h3><a href=${open(hit.page)} id=${`hit-${index}`}>${hit.fields.subject || t('search.nosubject')}</a>${unsure('subject')}</h3>
		<p class="facts">
			${hit.type_name && html`<span>${hit.type_name}</span>`}
			${hit.notation && html`<span class="notation">${hit.notation}${unsure('number')}</span>`}
			${hit.fields.issued && html`<span>${day(hit.fields.issued)}${unsure('issued')}</span>`}
			${hit.fields.issuer && html`<span>${hit.fields.issuer}</span>`}
		</p>
		${hit.snippet.length > 0 && html`<p class="snippet">${hit.snippet.map(part =>
			part.marked ? html`<mark>${part.text}</mark>` : part.text)}</p>`}
		<p class="facts">
			${hit.hit_pages.length > 0 && html`<span>${t('search.pages')}${' '}
				${hit.hit_pages.slice(0, 10).map(p => html`<a class="page" href=${open(p.page)}>${p.page}</a> `)}
				${(hit.more_pages || hit.hit_pages.length > 10) && t('search.morepages')}</span>`}
			<span>${hit.dossier.file_code}</span>
			<a href=${link('search', undefined, { like: hit.uid })}>${t('search.like')}</a>
		</p>
	</li>`;
}

// Hits that hold the words only as they were misread or mistyped.
const isNear = hits => hits.length > 0 && hits.every(hit => hit.why.length > 0 && hit.why.every(reason => reason.match === 'nearly'));

// With bars the rows are a histogram.
function Facet({ title, rows, chosen, onChoose, bars }) {
	if (!rows.length && !chosen)
		return null;
	const most = Math.max(...rows.map(row => row.count));
	return html`<section class="facet">
		<h2>${title}</h2>
		${chosen && html`<button class="quiet" onClick=${() => onChoose(undefined)}>${t('search.filter.clear')}</button>`}
		<ul>${rows.slice(0, 15).map(row => html`<li>
			<button class="row" aria-pressed=${String(row.value) === String(chosen)} onClick=${() => onChoose(row.value)}>
				<span>${row.name}</span>${bars && html`<progress aria-hidden="true" max=${most} value=${row.count}></progress>`}
				<span class="count">${number(row.count)}</span></button></li>`)}
		</ul>
	</section>`;
}

// What a notice is about; places are counted in bytes.
function pieceOf(q, { at, length }) {
	return new TextDecoder().decode(new TextEncoder().encode(q).slice(at, at + length));
}

// How the words were taken.
export function Notices({ q, result }) {
	return html`${result.problems.map(p => html`<p class="notice">${p.text} <code>${pieceOf(q || '', p)}</code></p>`)}
		${result.also?.length > 0 && html`<p class="notice">${t('search.also')} ${result.also.map(s => s.also).join(', ')}</p>`}`;
}

// Is there more to go back to than the words?
const narrowed = parameters => Object.keys(parameters).some(name => name !== 'q');

function Results({ result, parameters, onChange }) {
	const offset = Number(parameters.offset || 0);
	const q = parameters.q;
	const from = narrowed(parameters) ? query(parameters) : undefined;
	const { types, years, issuers, dossiers, levels, states, languages, retentions, dues, held, procedures } = result.facets;
	const choose = name => value => onChange({ [name]: value, offset: undefined });
	const named = (list, label = name => name) => list.map(row => ({ value: row.name, name: label(row.name), count: row.count }));
	return html`
		<aside class="filters" aria-label=${t('search.filters')}>
			<${Facet} title=${t('search.filter.type')} chosen=${parameters.type}
				rows=${types.map(row => ({ value: row.code, name: row.name || row.code, count: row.count }))}
				onChoose=${type => onChange({ type, offset: undefined })} />
			<${Facet} title=${t('search.filter.year')} chosen=${parameters.year}
				rows=${years.map(row => ({ value: row.year, name: row.year, count: row.count }))}
				onChoose=${choose('year')} bars />
			<${Facet} title=${t('search.filter.issuer')} chosen=${parameters.issuer} rows=${named(issuers)} onChoose=${choose('issuer')} />
			<${Facet} title=${t('search.filter.dossier')} chosen=${parameters.dossier}
				rows=${dossiers.map(row => ({ value: row.uid, name: `${row.file_code} ${row.title}`, count: row.count }))}
				onChoose=${choose('dossier')} />
			<${Facet} title=${t('search.filter.procedure')} chosen=${parameters.procedure}
				rows=${procedures.map(row => ({ value: row.code, name: `${row.code} ${row.name}`, count: row.count }))}
				onChoose=${choose('procedure')} />
			<${Facet} title=${t('search.filter.level')} chosen=${parameters.level}
				rows=${levels.map(row => ({ value: row.level, name: t(`search.level.${row.level}`), count: row.count }))}
				onChoose=${choose('level')} />
			<${Facet} title=${t('search.filter.state')} chosen=${parameters.state} rows=${named(states, name => t(`search.state.${name}`))} onChoose=${choose('state')} />
			<${Facet} title=${t('search.filter.language')} chosen=${parameters.language} rows=${named(languages, languageName)} onChoose=${choose('language')} />
			<${Facet} title=${t('search.filter.retention')} chosen=${parameters.retention}
				rows=${retentions.map(row => ({ value: row.code, name: row.name, count: row.count }))}
				onChoose=${choose('retention')} />
			<${Facet} title=${t('search.filter.due')} chosen=${parameters.due}
				rows=${dues.map(row => ({ value: row.due, name: row.due === 'waiting' ? t('search.due.waiting') : row.due, count: row.count }))}
				onChoose=${choose('due')} />
			<${Facet} title=${t('search.filter.held')} chosen=${parameters.held}
				rows=${held ? [{ value: '1', name: t('search.held'), count: held }] : []} onChoose=${choose('held')} />
		</aside>
		<section class="results" aria-label=${t('search.results')}>
			<${Notices} q=${q} result=${result} />
			${result.relaxed && result.total > 0 && html`<p class="notice">${t('search.relaxed')}</p>`}
			${result.total === 0 && html`<div class="empty"><p>${t('search.none')}</p>${q && html`<${DidYouMean} q=${q} />`}<p>${t('search.none.hint')}</p></div>`}
			${q && isNear(result.hits) && html`<${DidYouMean} q=${q} />`}
			<ol start=${offset + 1}>${result.hits.map((hit, i) => html`<${Hit} key=${hit.uid} hit=${hit} q=${q} from=${from} index=${i} />`)}</ol>
			<p class="pager">
				${offset > 0 && html`<button onClick=${() => onChange({ offset: Math.max(0, offset - pageSize) || undefined })}>${t('search.previous')}</button>`}
				${offset + pageSize < result.total && html`<button onClick=${() => onChange({ offset: offset + pageSize })}>${t('search.next')}</button>`}
			</p>
		</section>`;
}

// j and k walk through the results' links.
function walk(step) {
	const links = [...document.querySelectorAll('.hit h3 a')];
	const at = links.indexOf(document.activeElement);
	const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
	if (next) {
		next.focus();
		next.scrollIntoView({ block: 'nearest' });
	}
}

export function SearchView({ parameters }) {
	const box = useRef();
	const [result, setResult] = useState(null);
	const [problem, setProblem] = useState(null);
	const [again, setAgain] = useState(0);
	const [offers, type] = useCompletions();
	const asked = query({ ...parameters, limit: pageSize });
	useTitle(t('nav.search'));
	const change = changes => go('search', undefined, { ...parameters, ...changes });
	useEffect(() => {
		if (box.current.value !== (parameters.q || ''))
			box.current.value = parameters.q || '';
		const stop = new AbortController();
		setProblem(null);
		get(`search?${asked}`, { signal: stop.signal }).then(setResult, error => {
			if (error.name === 'AbortError')
				return;
			setResult(null); /* what was found before is no answer to this */
			setProblem(error);
		});
		return () => stop.abort();
	}, [asked, again]);
	useEffect(() => { scrollTo(0, 0); }, [parameters.offset]);
	useEffect(() => {
		if (!parameters.q)
			box.current.focus();
	}, []);
	useKeys({ '/': () => box.current.select(), j: () => walk(1), k: () => walk(-1) });
	const submit = event => {
		event.preventDefault();
		change({ q: box.current.value, like: undefined, offset: undefined });
	};
	return html`
		<h1 class="hidden">${t('search.title')}</h1>
		<form role="search" class="search" onSubmit=${submit}>
			<label for="q" class="hidden">${t('search.label')}</label>
			<input id="q" ref=${box} type="search" name="q" maxlength="4096" placeholder=${t('search.hint')} autocomplete="off"
				list="offers" onInput=${event => type(event.target.value)} />
			<datalist id="offers">${offers.map(text => html`<option value=${text}></option>`)}</datalist>
			<button class="main">${t('search.submit')}</button>
		</form>
		<div class="summary">
			<p aria-live="polite">${result && t(result.total_exact ? 'search.total' : 'search.atleast', { n: number(result.total) })}</p>
			<label>${t('search.sort')}${' '}
				<select value=${parameters.sort || 'relevance'} onChange=${event => change({
					sort: event.target.value === 'relevance' ? undefined : event.target.value, offset: undefined })}>
					${['relevance', 'newest', 'oldest', 'number'].map(name => html`<option value=${name}>${t(`search.sort.${name}`)}</option>`)}
				</select></label>
		</div>
		<${Saved} parameters=${parameters} />
		${problem && html`<${Problem} problem=${problem} onRetry=${() => setAgain(again + 1)} />`}
		${!problem && !result && html`<p>${t('app.loading')}</p>`}
		${!problem && result && html`<div class="columns"><${Results} result=${result} parameters=${parameters} onChange=${change} /></div>`}`;
}
