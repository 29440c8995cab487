// SPDX-License-Identifier: GPL-3.0-or-later
// Check and correct: the scan left, the words to look at right, and the pages of a stack arranged.
import { html, useEffect, useLayoutEffect, useRef, useState } from './vendor/preact-htm.js';
import { get, request } from './api.js';
import { useKeys } from './keys.js';
import { titleOf } from './record.js';
import { link, replace } from './route.js';
import { Problem } from './search.js';
import { t, useTitle, when } from './text.js';
import { Pager, Scan } from './viewer.js';

// The words of the page with the tag that a correction must name, and who corrected it when.
async function loadPage(uid, page, signal) {
	const path = `records/${uid}/pages`;
	const [pages, answer, versions] = await Promise.all([
		get(`${path}?from=${page}&limit=1`, { signal }),
		request('GET', `${path}/${page}/words`, { signal }),
		get(`${path}/${page}/corrections`, { signal }),
	]);
	return { info: pages.pages[0], etag: answer.headers.get('ETag'), words: await answer.json(),
		versions: versions.corrections };
}

// One weak word: what was read, and what it should be. Enter goes on to the next.
function WeakWord({ word, place, value, current, onChange, onFocus, onNext }) {
	const input = useRef();
	useEffect(() => {
		if (current)
			input.current.focus();
	}, [current]);
	return html`<li class=${current ? 'current' : ''}>
		<label><span class=${`level ${word.weak}`}>${t(`review.level.${word.weak}`)}</span> ${word.text}
			<input ref=${input} value=${value} aria-label=${t('review.word', { n: place + 1, word: word.text })}
				autocomplete="off" autocapitalize="off" spellcheck="false" onFocus=${onFocus}
				onInput=${event => onChange(event.target.value)}
				onKeyDown=${event => {
					if (event.key !== 'Enter' || event.isComposing)
						return;
					event.preventDefault();
					onChange(event.target.value);
					onNext();
				}} /></label>
	</li>`;
}

function WeakList({ weak, edits, current, onEdit, onCurrent }) {
	if (!weak.length)
		return html`<p class="empty">${t('review.none')}</p>`;
	return html`<ol class="weaklist">${weak.map((word, place) => html`<${WeakWord} key=${word.index} word=${word} place=${place}
		value=${edits.get(word.index) ?? word.text} current=${place === current} onFocus=${() => onCurrent(place)}
		onChange=${text => onEdit(word.index, text)} onNext=${() => onCurrent(Math.min(place + 1, weak.length - 1))} />`)}</ol>`;
}

function WholePage({ text, onSave, onCancel, busy }) {
	const area = useRef();
	useLayoutEffect(() => area.current.focus(), []);
	return html`<div>
		<label>${t('review.whole')} <textarea ref=${area} rows="24" spellcheck="false">${text}</textarea></label>
		<p class="buttons"><button class="main" disabled=${busy} onClick=${() => onSave(area.current.value)}>${t('review.save')}</button>
			<button class="quiet" onClick=${onCancel}>${t('record.cancel')}</button></p>
	</div>`;
}

function Versions({ versions, onRestore, busy }) {
	if (!versions.length)
		return null;
	return html`<section aria-labelledby="versions"><h3 id="versions">${t('review.versions')}</h3>
		<ol class="versions">${versions.map(v => html`<li>${v.author} · ${when(v.corrected)}</li>`)}</ol>
		<button disabled=${busy} onClick=${onRestore}>${t('review.restore')}</button>
	</section>`;
}

const starts = { word: ' ', line: '\n', block: '\n\n' };
const textOf = words => words.map((word, i) => (i ? starts[word.start] : '') + word.text).join('');

// State of the page under review: its words, what was typed, which weak word is looked at.
function useReview(uid, page) {
	const [loaded, setLoaded] = useState({});
	const [drafts, setDrafts] = useState({}); /* what was typed on each page and not saved yet */
	const [current, setCurrent] = useState(-1);
	const [round, setRound] = useState(0);
	// After a change the page stays in view until it has come again, with what was said of the change.
	useEffect(() => setLoaded({}), [uid, page]);
	useEffect(() => {
		const stop = new AbortController();
		setCurrent(-1);
		loadPage(uid, page, stop.signal).then(setLoaded, problem => {
			if (problem.name !== 'AbortError')
				setLoaded({ problem });
		});
		return () => stop.abort();
	}, [uid, page, round]);
	const weak = (loaded.words?.words || []).map((word, index) => ({ ...word, index })).filter(word => word.weak);
	const edits = drafts[page] || new Map();
	const edit = (index, text) => setDrafts(before => ({ ...before, [page]: new Map(before[page]).set(index, text) }));
	const reload = ({ moved } = {}) => { /* pages that moved have other words */
		setDrafts(before => (moved ? {} : { ...before, [page]: undefined }));
		setRound(n => n + 1);
	};
	return { ...loaded, weak, edits, edit, current, setCurrent, reload };
}

function Words({ uid, page, review, onSaved }) {
	const [whole, setWhole] = useState(false);
	const [problem, setProblem] = useState(null);
	const [busy, setBusy] = useState(false);
	const { weak, edits, current, etag, words, versions } = review;
	const send = async body => {
		setBusy(true);
		setProblem(null);
		try {
			await request('POST', `records/${uid}/pages/${page}/corrections`, { body, headers: { 'If-Match': etag } });
			setWhole(false);
			onSaved();
		} catch (error) {
			setProblem(error);
		}
		setBusy(false);
	};
	const save = () => send({ words: [...edits].sort((a, b) => a[0] - b[0]).map(([index, text]) => ({ index, text })) });
	const restore = async () => {
		const answer = await request('GET', `records/${uid}/pages/${page}/text?version=0`).catch(setProblem);
		if (answer)
			await send({ text: await answer.text() });
	};
	const step = by => weak.length && review.setCurrent((current + by + weak.length) % weak.length);
	useKeys({ n: () => step(1), p: () => step(-1) });
	return html`<section class="words" aria-labelledby="weak-title">
		<h2 id="weak-title">${t('review.weak', { n: weak.length })}</h2>
		${problem && html`<div role="alert"><p class="problem">${problem.message}</p>
			${problem.status === 412 && html`<button onClick=${() => review.reload()}>${t('review.reload')}</button>`}</div>`}
		${whole ? html`<${WholePage} text=${textOf(words.words)} busy=${busy} onSave=${text => send({ text })} onCancel=${() => setWhole(false)} />` : html`
			<p class="buttons">
				<button disabled=${!weak.length} onClick=${() => step(-1)}>${t('review.before')}</button>
				<button disabled=${!weak.length} onClick=${() => step(1)}>${t('review.next')}</button>
				<button class="main" disabled=${busy || !edits.size} onClick=${save}>${t('review.saven', { n: edits.size })}</button>
				<button class="quiet" onClick=${() => setWhole(true)}>${t('review.editwhole')}</button></p>
			<${WeakList} weak=${weak} edits=${edits} current=${current} onEdit=${review.edit} onCurrent=${review.setCurrent} />
			<${Versions} versions=${versions} busy=${busy} onRestore=${restore} />`}
	</section>`;
}

// Splitting, turning and taking back; the scan's own file is never touched.
function StackTools({ record, etag, page, info, onChanged }) {
	const [problem, setProblem] = useState(null);
	const [note, setNote] = useState('');
	const act = async (path, body, done) => {
		setProblem(null);
		setNote('');
		try {
			await request('POST', `records/${record.uid}${path}`, { body, headers: { 'If-Match': etag } });
			setNote(done);
			await onChanged();
		} catch (error) {
			setProblem(error);
		}
	};
	if (record.state !== 'draft')
		return null;
	return html`<section aria-label=${t('stack.title')}>
		<p class="buttons">
			<button onClick=${() => act(`/pages/${page}/turn`, { degrees: (info.turn + 90) % 360 }, t('stack.turned'))}>${t('stack.turn')}</button>
			<button disabled=${page < 2} onClick=${() => act('/split', { at: [page] }, t('stack.parted'))}>${t('stack.split')}</button>
			<button class="quiet" onClick=${() => act('/undo', {}, t('stack.undone'))}>${t('stack.undo')}</button></p>
		<p aria-live="polite">${note}</p>
		${problem && html`<p role="alert" class="problem">${problem.message}</p>`}
	</section>`;
}

function Body({ record, etag, page, onPage, onChanged }) {
	const review = useReview(record.uid, page);
	const [saved, setSaved] = useState(false);
	useEffect(() => setSaved(false), [page]);
	useKeys({
		']': () => page < record.pages && onPage(page + 1),
		'[': () => page > 1 && onPage(page - 1),
	});
	const shown = review.words && { ...review.words, words: review.words.words.map(word => ({ ...word, marked: !!word.weak })) };
	return html`<div class="viewer">
		<${Pager} page=${page} total=${record.pages} onPage=${onPage} />
		<p aria-live="polite">${saved && t('review.saved')}</p>
		${review.problem && html`<${Problem} problem=${review.problem} />`}
		${!review.problem && !review.info && html`<p>${t('app.loading')}</p>`}
		${review.info && html`
			<${StackTools} record=${record} etag=${etag} page=${page} info=${review.info}
				onChanged=${async () => { await onChanged(); review.reload({ moved: true }); }} />
			<div class="pages">
				<${Scan} uid=${record.uid} info=${review.info} words=${shown} hit=${review.current} />
				<${Words} key=${page} uid=${record.uid} page=${page} review=${review} onSaved=${async () => { setSaved(true); await onChanged(); review.reload(); }} />
			</div>`}
	</div>`;
}

export function ReviewView({ id, parameters }) {
	const [record, setRecord] = useState(null);
	const [etag, setEtag] = useState('');
	const [problem, setProblem] = useState(null);
	const load = () => request('GET', `records/${id}`).then(async answer => {
		setEtag(answer.headers.get('ETag'));
		setRecord(await answer.json());
	}).catch(setProblem);
	useEffect(() => { load(); }, [id]);
	useTitle(t('review.title'));
	if (problem)
		return html`<${Problem} problem=${problem} />`;
	if (!record)
		return html`<p>${t('app.loading')}</p>`;
	const page = Math.min(Math.max(1, Number(parameters.page) || 1), Math.max(1, record.pages));
	return html`
		<p><a href=${link('record', id, { page })}>${t('review.back')}</a></p>
		<h1>${t('review.title')}: ${titleOf(record)}</h1>
		${record.pages > 0
			? html`<${Body} key=${record.uid} record=${record} etag=${etag} page=${page} onChanged=${load}
				onPage=${wanted => replace('review', id, { page: wanted })} />`
			: html`<p class="empty">${t('record.nopages')}</p>`}`;
}
