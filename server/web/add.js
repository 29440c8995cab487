// SPDX-License-Identifier: GPL-3.0-or-later
import { html, useEffect, useRef, useState } from './vendor/preact-htm.js';
import { get, request } from './api.js';
import { link } from './route.js';
import { Problem } from './search.js';
import { size, t, useTitle } from './text.js';
import { uploadFile } from './upload.js';

const atOnce = 2;

// Files go one after the other, two at once; the list outlives a redraw, not the page.
function useUploads() {
	const [files, setFiles] = useState([]);
	const list = useRef([]);
	const redraw = () => setFiles([...list.current]);
	const next = () => {
		const running = list.current.filter(entry => ['sending', 'paused'].includes(entry.state)).length;
		const entry = list.current.find(candidate => candidate.state === 'waiting');
		if (!entry || running >= atOnce)
			return;
		entry.state = 'sending';
		uploadFile(entry.file, entry.dossier, entry.stop.signal, (state, sent) => {
			Object.assign(entry, { state, sent });
			redraw();
		}).then(record => Object.assign(entry, { state: 'done', record }), error => {
			if (error.name === 'AbortError')
				list.current = list.current.filter(other => other !== entry);
			else
				Object.assign(entry, { state: 'failed', problem: error });
		}).finally(() => {
			redraw();
			next();
		});
		next();
	};
	const add = (chosen, dossier) => {
		for (const file of chosen)
			list.current.push({ key: crypto.getRandomValues(new Uint32Array(2)).join('-'), file, dossier,
				state: 'waiting', sent: 0, stop: new AbortController() });
		redraw();
		next();
	};
	const cancel = entry => {
		entry.stop.abort();
		if (entry.state === 'waiting' || entry.state === 'failed')
			list.current = list.current.filter(other => other !== entry);
		redraw();
	};
	const again = entry => {
		Object.assign(entry, { state: 'waiting', sent: 0, problem: null, stop: new AbortController() });
		redraw();
		next();
	};
	return { files, add, cancel, again };
}

function FileRow({ entry, onCancel, onAgain }) {
	const { file, state, sent, record, problem } = entry;
	return html`<li>
		<span class="filename">${file.name}</span> <small>${size(file.size)}</small>
		<progress max=${file.size || 1} value=${state === 'done' ? file.size || 1 : sent} aria-label=${file.name}></progress>
		<span>${t(`add.state.${state}`)}</span>
		${problem && html`<p class="problem" role="alert">${problem.message}</p>`}
		<span class="buttons">
			${record && html`<a href=${link('record', record)} aria-label=${`${t('add.open')} – ${file.name}`}>${t('add.open')}</a>`}
			${state === 'failed' && html`<button onClick=${onAgain} aria-label=${`${t('app.retry')} – ${file.name}`}>${t('app.retry')}</button>`}
			${state !== 'done' && html`<button class="quiet" onClick=${onCancel} aria-label=${`${t('add.cancel')} – ${file.name}`}>${t('add.cancel')}</button>`}
		</span>
	</li>`;
}

function Queue() {
	const [jobs, setJobs] = useState(null);
	const [problem, setProblem] = useState(null);
	const [again, setAgain] = useState(0);
	useEffect(() => {
		let timer;
		let stopped = false;
		const look = async () => {
			try {
				const answer = await get('jobs?limit=50');
				if (stopped)
					return;
				setJobs(answer.jobs);
				setProblem(null);
			} catch (error) {
				if (!stopped)
					setProblem(error);
			}
			if (!stopped)
				timer = setTimeout(look, 3000);
		};
		look();
		return () => {
			stopped = true;
			clearTimeout(timer);
		};
	}, [again]);
	const retry = async job => {
		await request('POST', 'jobs/retry', { body: { record: job.record } }).catch(setProblem);
		setAgain(again + 1);
	};
	return html`<section aria-labelledby="queue">
		<h2 id="queue">${t('queue.title')}</h2>
		${problem && html`<${Problem} problem=${problem} />`}
		${jobs && jobs.length === 0 && html`<p class="empty">${t('queue.empty')}</p>`}
		<ul class="queue">${(jobs || []).map(job => html`<li key=${job.record}>
			<a class="filename" href=${link('record', job.record)}>${job.name}</a>
			<span>${t(`queue.${job.state}`)}</span>
			${job.pages > 0 && html`<small>${t('queue.pages', { done: job.pages_done, total: job.pages })}</small>`}
			${job.reason && html`<p>${job.reason}</p>`}
			${job.state === 'failed' && html`<button onClick=${() => retry(job)} aria-label=${`${t('queue.retry')} – ${job.name}`}>${t('queue.retry')}</button>`}
		</li>`)}</ul>
	</section>`;
}

function Dossiers({ value, onChange }) {
	const [list, setList] = useState([]);
	useEffect(() => {
		get('dossiers?limit=500').then(answer => setList(answer.nodes.filter(node => node.rights.includes('add'))), () => {});
	}, []);
	return html`<label>${t('add.dossier')}${' '}
		<select value=${value} onChange=${event => onChange(event.target.value)}>
			<option value="">${t('add.inbox')}</option>
			${list.map(node => html`<option value=${node.uid}>${node.file_code} ${node.title}</option>`)}
		</select></label>`;
}

export function AddView() {
	useTitle(t('nav.add'));
	const { files, add, cancel, again } = useUploads();
	const [dossier, setDossier] = useState('');
	const [over, setOver] = useState(false);
	const input = useRef();
	const done = files.filter(entry => entry.state === 'done').length;
	const drop = event => {
		event.preventDefault();
		setOver(false);
		add(event.dataTransfer.files, dossier);
	};
	useEffect(() => {
		const unfinished = files.some(entry => entry.state !== 'done' && entry.state !== 'failed');
		if (!unfinished)
			return undefined;
		const warn = event => event.preventDefault();
		addEventListener('beforeunload', warn);
		return () => removeEventListener('beforeunload', warn);
	}, [files]);
	return html`
		<h1>${t('add.title')}</h1>
		<${Dossiers} value=${dossier} onChange=${setDossier} />
		<div class=${`drop${over ? ' over' : ''}`} onDragOver=${event => { event.preventDefault(); setOver(true); }}
			onDragLeave=${() => setOver(false)} onDrop=${drop}>
			<p>${t('add.drop')}</p>
			<button class="main" onClick=${() => input.current.click()}>${t('add.choose')}</button>
			<input ref=${input} type="file" multiple hidden id="files" aria-label=${t('add.choose')} onChange=${event => {
				add(event.target.files, dossier);
				event.target.value = '';
			}} />
		</div>
		<section aria-labelledby="uploads">
			<h2 id="uploads">${t('add.queue')}</h2>
			<p aria-live="polite">${files.length ? t('add.progress', { done, total: files.length }) : t('add.empty')}</p>
			<ul class="queue">${files.map(entry => html`<${FileRow} key=${entry.key} entry=${entry}
				onCancel=${() => cancel(entry)} onAgain=${() => again(entry)} />`)}</ul>
		</section>
		<${Queue} />`;
}
