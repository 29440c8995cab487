// SPDX-License-Identifier: GPL-3.0-or-later
// Searching inside one record: which of its pages hold the words, and the way from one to the next.
import { html, useEffect, useRef, useState } from './vendor/preact-htm.js';
import { get, query } from './api.js';
import { useKeys } from './keys.js';
import { Notices, Problem } from './search.js';
import { t } from './text.js';

// { q, result, problem, hit, pages } of what is asked for; no pages while nothing is.
export function useInside(uid, q) {
	const [state, setState] = useState({});
	useEffect(() => {
		setState({});
		if (!q)
			return undefined;
		const stop = new AbortController();
		// Whoever may open a revision that is no longer in force may look into it as well.
		get(`search?${query({ record: uid, q, obsolete: 1, facets: 0, snippets: 0, limit: 1 })}`, { signal: stop.signal })
			.then(result => setState({ q, result }), error => {
				if (error.name !== 'AbortError')
					setState({ problem: error });
			});
		return () => stop.abort();
	}, [uid, q]);
	const hit = state.result?.hits[0];
	return { ...state, hit, pages: hit ? hit.hit_pages.map(found => found.page) : [] };
}

// The page with a match before or behind this one; round the end to the other.
function pageBeside(pages, page, by) {
	const others = pages.filter(other => other !== page);
	return by > 0 ? others.find(other => other > page) ?? others[0] : others.findLast(other => other < page) ?? others.at(-1);
}

// Steps through the matches of a page; behind the last one stands the first of the next page that has one.
export function useMatches({ page, q, words, inside, onPage }) {
	const last = -1;
	const [shown, show] = useState(0);
	const at = useRef(0); /* keys may come faster than the page is drawn */
	const entry = useRef(0);
	const hits = words ? words.words.filter(word => word.marked).length : 0;
	const placeOf = hit => (hit === last ? hits - 1 : hit);
	const move = hit => {
		at.current = hit;
		show(hit);
	};
	const step = by => {
		const next = placeOf(at.current) + by;
		const turned = next < 0 || next >= hits ? pageBeside(inside.pages, page, by) : undefined;
		if (words === undefined)
			return;
		if (turned) {
			entry.current = by < 0 ? last : 0;
			onPage(turned);
		} else if (hits)
			move((next + hits) % hits);
	};
	useEffect(() => {
		move(entry.current);
		entry.current = 0;
	}, [page, q]);
	return { hits, current: placeOf(shown), step };
}

export function InsideBox({ q, onAsk }) {
	const box = useRef();
	useEffect(() => { box.current.value = q || ''; }, [q]);
	useKeys({ '/': () => box.current.select() });
	const submit = event => {
		event.preventDefault();
		onAsk(box.current.value.trim());
	};
	return html`<form role="search" class="inside" aria-label=${t('inside.label')} onSubmit=${submit}>
		<label>${t('inside.label')}${' '}<input ref=${box} type="search" name="inside" maxlength="4096" autocomplete="off" /></label>
		<button>${t('search.submit')}</button>
	</form>`;
}

const said = ({ result, hit, pages }) => {
	if (!hit)
		return t('inside.none');
	if (!pages.length)
		return t('inside.fields');
	return t(result.relaxed ? 'inside.some' : 'inside.pages');
};

// Of a record of one page the marks say enough.
export function InsidePages({ inside, page, total, onPage }) {
	const { q, result, hit, pages, problem } = inside;
	if (problem)
		return html`<${Problem} problem=${problem} />`;
	return html`<div aria-live="polite">${result && html`
		<${Notices} q=${q} result=${result} />
		${(total > 1 || !pages.length || result.relaxed) && html`<p class="pager">${said(inside)}${' '}${pages.map(found => html`
			<button class="quiet" aria-label=${`${t('record.pageshort')} ${found}`} aria-current=${found === page ? 'page' : null}
				onClick=${() => onPage(found)}>${found}</button>`)}
			${hit?.more_pages && t('search.morepages')}</p>`}`}</div>`;
}
