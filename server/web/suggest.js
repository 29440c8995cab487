// SPDX-License-Identifier: GPL-3.0-or-later
// Help with a query: how its last word may go on while one types, and a likelier spelling when nothing was found.
import { html, useEffect, useRef, useState } from './vendor/preact-htm.js';
import { get, query } from './api.js';
import { link } from './route.js';
import { t } from './text.js';

const pauseMs = 150;
const longest = 100; // characters; the interface takes 200 bytes

// A query without its last word when that is a plain one that may go on, else null.
const begun = text => text.length <= longest ? /^(.*?)[\p{L}\p{N}]{2,}$/su.exec(text)?.[1] ?? null : null;

// What is offered for the text in the box; asked for when the typing pauses. Without help a search is as good as before.
export function useCompletions() {
	const [offers, setOffers] = useState([]);
	const waiting = useRef();
	const type = text => {
		clearTimeout(waiting.current);
		const before = begun(text);
		if (before === null) {
			setOffers([]);
			return;
		}
		waiting.current = setTimeout(() => get(`suggest?${query({ q: text })}`).then(
			answer => setOffers(answer.completions.map(word => before + word)), () => setOffers([])), pauseMs);
	};
	useEffect(() => () => clearTimeout(waiting.current), []);
	return [offers, type];
}

export function DidYouMean({ q }) {
	const [corrected, setCorrected] = useState(null);
	useEffect(() => {
		let current = true;
		setCorrected(null);
		if (q.length <= longest)
			get(`suggest?${query({ q })}`).then(answer => current && setCorrected(answer.corrected), () => {});
		return () => { current = false; };
	}, [q]);
	return corrected && html`<p>${t('search.meant')} <a href=${link('search', undefined, { q: corrected })}>${corrected}</a></p>`;
}
