// SPDX-License-Identifier: GPL-3.0-or-later
// The scan with the words marked on it, and the page's text beside it.
import { html, useEffect, useRef, useState } from './vendor/preact-htm.js';
import { useKeys } from './keys.js';
import { t } from './text.js';

const percent = (part, whole) => `${100 * part / whole}%`;

// Boxes are pixels of the page; the marks are percentages, so they fit at every zoom.
function Marks({ words, hit }) {
	let at = -1;
	return words.words.map(word => {
		if (!word.marked)
			return null;
		at++;
		if (!word.box)
			return null;
		const [x, y, w, h] = word.box;
		return html`<span class=${`mark${at === hit ? ' current' : ''}`} aria-hidden="true" style=${{
			left: percent(x, words.width), top: percent(y, words.height),
			width: percent(w, words.width), height: percent(h, words.height),
		}}></span>`;
	});
}

// A page that a person turned: the image lies turned in a sheet of the turned shape.
const quarter = info => info.turn === 90 || info.turn === 270;
function sheetStyle(info, zoom) {
	const { width, height } = info.image;
	return info.turn ? { width: `${100 * zoom}%`, aspectRatio: quarter(info) ? `${height} / ${width}` : `${width} / ${height}` }
		: { width: `${100 * zoom}%` };
}
function imageStyle(info) {
	if (!info.turn)
		return {};
	const { width, height } = info.image;
	return { position: 'absolute', left: '50%', top: '50%', width: quarter(info) ? percent(width, height) : '100%', maxWidth: 'none',
		transform: `translate(-50%, -50%) rotate(${info.turn}deg)` };
}

export function Scan({ uid, info, words, hit }) {
	const frame = useRef();
	const [zoom, setZoom] = useState(1);
	const change = factor => setZoom(z => Math.min(6, Math.max(0.5, z * factor)));
	useKeys({ '+': () => change(1.25), '=': () => change(1.25), '-': () => change(0.8), 0: () => setZoom(1) });
	useEffect(() => {
		frame.current?.querySelector('.mark.current')?.scrollIntoView({ block: 'center', inline: 'nearest' });
	}, [words, hit, zoom]);
	if (!info.image)
		return html`<div class="scan"><p class="empty">${info.reason || t('record.noimage')}</p></div>`;
	return html`<section class="scan" aria-label=${t('record.scan')}>
		<p class="buttons">
			<button onClick=${() => change(0.8)}>${t('record.zoomout')}</button>
			<button onClick=${() => change(1.25)}>${t('record.zoomin')}</button>
			<button onClick=${() => setZoom(1)}>${t('record.zoomfit')}</button>
		</p>
		<div class="frame" ref=${frame} tabindex="0" role="group" aria-label=${t('record.scan')}>
			<div class="sheet" style=${sheetStyle(info, zoom)}>
				<img style=${imageStyle(info)} src=${`api/v1/records/${uid}/pages/${info.page}/image`} width=${info.image.width} height=${info.image.height}
					alt=${t('record.image.alt', { n: info.page })} />
				${words && words.width > 0 && html`<${Marks} words=${words} hit=${hit} />`}
			</div>
		</div>
	</section>`;
}

// Words grouped as they stand: blocks of lines.
function blocksOf(words) {
	const blocks = [];
	let hit = -1;
	for (const word of words.words) {
		if (word.marked)
			hit++;
		if (word.start === 'block' || !blocks.length)
			blocks.push([]);
		if (word.start !== 'word' || !blocks.at(-1).length)
			blocks.at(-1).push([]);
		blocks.at(-1).at(-1).push({ ...word, hit: word.marked ? hit : -1 });
	}
	return blocks;
}

export function PageText({ words, hit }) {
	const body = useRef();
	useEffect(() => {
		body.current?.querySelector('mark.current')?.scrollIntoView({ block: 'nearest' });
	}, [words, hit]);
	const piece = word => {
		const shown = word.weak ? html`<span class="weak" title=${t('record.weak')}>${word.text}</span>` : word.text;
		return word.marked ? html`<mark class=${word.hit === hit ? 'current' : ''}>${shown}</mark>` : shown;
	};
	return html`<section class="text" aria-labelledby="text-title">
		<h2 id="text-title">${t('record.text')}</h2>
		<div ref=${body} tabindex="0" role="group" aria-labelledby="text-title">
			${!words || !words.words.length ? html`<p class="empty">${t('record.notext')}</p>`
				: blocksOf(words).map(lines => html`<p>${lines.map((line, i) => html`${i > 0 && html`<br />`}
					${line.map((word, j) => html`${j > 0 && ' '}${piece(word)}`)}`)}</p>`)}
		</div>
	</section>`;
}

export function Pager({ page, total, onPage }) {
	return html`<nav class="pager" aria-label=${t('record.pager')}>
		<button disabled=${page <= 1} onClick=${() => onPage(page - 1)}>${t('record.previous')}</button>
		<label>${t('record.pageshort')}${' '}
			<input type="number" min="1" max=${total} value=${page} onChange=${event => {
				const wanted = Number(event.target.value);
				if (wanted >= 1 && wanted <= total)
					onPage(wanted);
			}} /></label>
		<span>${t('record.page', { n: page, total })}</span>
		<button disabled=${page >= total} onClick=${() => onPage(page + 1)}>${t('record.next')}</button>
	</nav>`;
}
