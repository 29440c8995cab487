// SPDX-License-Identifier: GPL-3.0-or-later
// Internal audits: the year and what of it is due; one audit with its evidence and findings.
import { html, useEffect, useState } from './vendor/preact-htm.js';
import { get, query, request } from './api.js';
import { More, useList } from './log.js';
import { go, link, replace } from './route.js';
import { Problem } from './search.js';
import { day, t, useTitle, when } from './text.js';

const long = ['programme', 'criteria', 'scope', 'plan', 'report'];
const names = text => text.split(',').map(name => name.trim()).filter(Boolean);
const filled = form => Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));

// A form whose values go to send; what was refused is said above its fields, what was taken empties it.
function Form({ label, send, keep, children }) {
	const [problem, setProblem] = useState(null);
	const submit = async event => {
		event.preventDefault();
		const form = event.target;
		setProblem(null);
		try {
			await send(filled(form));
			if (!keep)
				form.reset();
		} catch (error) {
			setProblem(error);
		}
	};
	return html`<form class="sheetform" onSubmit=${submit}>
		${problem && html`<${Problem} problem=${problem} />`}
		${children}
		<p><button class="main">${label}</button></p>
	</form>`;
}

const Text = ({ name, type = 'text', hint, ...rest }) => html`<label>${t(`audits.${name}`)}
	<input name=${name} type=${type} autocomplete="off" aria-description=${hint} ...${rest} />${hint && html`<small>${hint}</small>`}</label>`;
const Area = ({ name, value, ...rest }) => html`<label>${t(`audits.${name}`)}
	<textarea name=${name} rows="3" defaultValue=${value || ''} ...${rest}></textarea></label>`;

// --- all audits ---

function NewAudit({ year }) {
	const open = async ({ procedures = '', auditors = '', ...rest }) => {
		const answer = await request('POST', 'audits', { body: {
			...rest, year: Number(rest.year), procedures: names(procedures), auditors: names(auditors),
		} });
		go('audits', (await answer.json()).uid);
	};
	return html`<details><summary>${t('audits.new')}</summary>
		<${Form} label=${t('audits.open')} send=${open}>
			<${Text} name="year" type="number" min="1990" max="2200" defaultValue=${year} required />
			<${Text} name="title" maxlength="500" required />
			${long.slice(0, 4).map(name => html`<${Area} name=${name} />`)}
			<${Text} name="procedures" hint=${t('audits.commas')} />
			<${Text} name="auditors" hint=${t('audits.commas')} />
		<//></details>`;
}

function Overdue() {
	const list = useList('findings?overdue=1&limit=50', { name: 'findings', cursor: 'after' });
	return html`
		${list.problem && html`<${Problem} problem=${list.problem} />`}
		${list.rows?.length === 0 && html`<p class="empty">${t('audits.nothing')}</p>`}
		<ul class="plain">${list.rows?.map(row => html`<li key=${row.uid}>
			<strong>${day(row.due)}</strong> · ${row.owner} · ${row.clause} ·
			${' '}<a href=${link('audits', row.audit)}>${row.statement}</a></li>`)}</ul>
		<${More} list=${list} />`;
}

function Year({ year }) {
	const [rows, setRows] = useState(null);
	const [problem, setProblem] = useState(null);
	useEffect(() => { get(`audit-years/${year}`).then(answer => setRows(answer.procedures), setProblem); }, [year]);
	if (problem)
		return html`<${Problem} problem=${problem} />`;
	const left = rows?.filter(row => row.audits === 0).length;
	return html`
		${rows && html`<p>${t('audits.covered', { done: rows.length - left, all: rows.length })}</p>`}
		<table class="log"><caption class="hidden">${t('audits.coverage', { year })}</caption>
			<thead><tr><th scope="col">${t('audits.procedure')}</th><th scope="col">${t('audits.times')}</th>
				<th scope="col">${t('audits.lasttime')}</th></tr></thead>
			<tbody>${rows?.map(row => html`<tr key=${row.procedure}><th scope="row">${row.procedure}</th>
				<td>${row.audits || html`<strong>${t('audits.not')}</strong>`}</td>
				<td>${row.last_year || t('audits.never')}</td></tr>`)}</tbody></table>`;
}

function AllAudits({ parameters }) {
	const year = Number(parameters.year) || new Date().getFullYear();
	const list = useList(`audits?${query({ year, limit: 50 })}`, { name: 'audits', cursor: 'after' });
	const move = event => {
		event.preventDefault();
		replace('audits', undefined, { year: new FormData(event.target).get('year') });
	};
	return html`
		<h1>${t('nav.audits')}</h1>
		<form class="filters" onSubmit=${move}><label>${t('audits.year')}
			<input name="year" type="number" min="1990" max="2200" defaultValue=${year} required /></label>
			<button>${t('log.find')}</button></form>
		${list.problem && html`<${Problem} problem=${list.problem} />`}
		${list.rows?.length === 0 && html`<p class="empty">${t('audits.none', { year })}</p>`}
		<ul class="plain">${list.rows?.map(row => html`<li key=${row.uid}>
			<a href=${link('audits', row.uid)}>${row.title}</a> · ${t(`log.${row.state}`)} ·
			${' '}${t('log.findings', { open: row.open_findings, all: row.findings })}</li>`)}</ul>
		<${More} list=${list} />
		<${NewAudit} year=${year} key=${year} />
		<h2>${t('audits.overdue')}</h2><${Overdue} />
		<h2>${t('audits.coverage', { year })}</h2><${Year} year=${year} />`;
}

// --- one audit ---

function Plan({ audit, onChanged }) {
	const save = async ({ procedures = '', auditors = '', ...rest }) => {
		const empty = Object.fromEntries(long.map(name => [name, '']));
		await request('PATCH', `audits/${audit.uid}`, {
			headers: { 'If-Match': `"${audit.version}"` },
			body: { ...empty, ...rest, procedures: names(procedures), auditors: names(auditors) },
		});
		await onChanged();
	};
	if (audit.state === 'closed')
		return html`<dl class="details told">${long.map(name => audit[name] && html`<dt>${t(`audits.${name}`)}</dt><dd>${audit[name]}</dd>`)}</dl>`;
	return html`<details open=${!audit.scope || !audit.plan}><summary>${t('audits.change')}</summary>
		<${Form} label=${t('audits.save')} send=${save} keep key=${audit.version}>
			<${Text} name="title" maxlength="500" defaultValue=${audit.title} required />
			${long.map(name => html`<${Area} name=${name} value=${audit[name]} />`)}
			<${Text} name="procedures" defaultValue=${audit.procedures.join(', ')} hint=${t('audits.commas')} />
			<${Text} name="auditors" defaultValue=${audit.auditors.join(', ')} hint=${t('audits.commas')} />
		<//></details>`;
}

function Sample({ audit, onDrawn }) {
	const draw = async values => {
		await request('POST', 'evidence', { body: { ...values, sample: Number(values.sample), audit: audit.uid } });
		onDrawn();
	};
	return html`<details><summary>${t('audits.draw')}</summary>
		<p>${t('audits.rule')}</p>
		<${Form} label=${t('audits.draw')} send=${draw}>
			<${Text} name="clause" maxlength="200" /><${Text} name="question" />
			<${Text} name="words" hint=${t('audits.wordshint')} /><${Text} name="type" maxlength="20" />
			<${Text} name="from" type="date" /><${Text} name="to" type="date" />
			<${Text} name="sample" type="number" min="1" max="1000" defaultValue="10" required />
			<${Text} name="seed" maxlength="200" hint=${t('audits.seedhint')} required />
		<//></details>`;
}

function EvidenceOf({ audit }) {
	const list = useList(`evidence?${query({ audit: audit.uid, limit: 50 })}`, { name: 'sets', cursor: 'after' });
	const [problem, setProblem] = useState(null);
	const freeze = row => request('POST', `evidence/${row.uid}/freeze`).then(list.again).catch(setProblem);
	return html`
		${(problem || list.problem) && html`<${Problem} problem=${problem || list.problem} />`}
		${list.rows?.length === 0 && html`<p class="empty">${t('log.none')}</p>`}
		<ul class="plain">${list.rows?.map(row => html`<li key=${row.uid}>
			${row.clause || row.uid.slice(0, 8)} · ${t('log.sample', { sample: row.sample, population: row.population })} ·
			${' '}${row.frozen ? html`<a href=${`api/v1/evidence/${row.uid}/package`}>${t('log.package')}</a>`
				: html`<button onClick=${() => freeze(row)}>${t('audits.freeze')}</button>`}</li>`)}</ul>
		<${More} list=${list} />
		${audit.state !== 'closed' && html`<${Sample} audit=${audit} onDrawn=${list.again} />`}`;
}

function NewFinding({ audit, onChanged }) {
	const add = async values => {
		await request('POST', `audits/${audit.uid}/findings`, { body: values });
		await onChanged();
	};
	return html`<details><summary>${t('audits.addfinding')}</summary>
		<${Form} label=${t('audits.addfinding')} send=${add}>
			<${Text} name="clause" maxlength="200" required />
			<label>${t('audits.grade')}<select name="grade">${['minor', 'major', 'observation', 'opportunity'].map(grade => html`
				<option value=${grade}>${t(`audits.grade.${grade}`)}</option>`)}</select></label>
			<${Area} name="statement" required />
			<${Text} name="owner" maxlength="64" hint=${t('audits.ownerhint')} />
			<${Text} name="due" type="date" />
		<//></details>`;
}

// What is done about it, and who says that it is: never the same person.
function Finding({ row, who, onChanged }) {
	const act = (what, name) => async values => {
		await request('POST', `findings/${row.uid}/${what}`, { body: { [name]: values[name] || '' } });
		await onChanged();
	};
	const auditor = who.capabilities.includes('audit');
	const open = !row.verified;
	return html`<article class="finding" aria-label=${`${row.clause} ${row.statement}`}>
		<p><strong>${t(`audits.grade.${row.grade}`)}</strong> · ${row.clause}
			${row.owner && html` · ${t('audits.by', { who: row.owner, day: day(row.due) })}`}
			${row.overdue && html` · <strong class="late">${t('audits.late')}</strong>`}</p>
		<p>${row.statement}</p>
		${row.corrected && html`<p>${t('audits.corrected', { who: row.corrected_by, when: when(row.corrected) })}: ${row.correction}</p>`}
		${row.verified && html`<p>${t('audits.verified', { who: row.verified_by, when: when(row.verified) })}${row.verify_note && `: ${row.verify_note}`}</p>`}
		${open && (auditor || row.owner === who.name) && html`<details><summary>${t(row.corrected ? 'audits.correctagain' : 'audits.correct')}</summary>
			<${Form} label=${t('audits.save')} send=${act('correction', 'correction')}><${Area} name="correction" required /><//></details>`}
		${open && row.corrected && auditor && row.owner !== who.name && row.corrected_by !== who.name && html`
			<details><summary>${t('audits.verify')}</summary>
			<${Form} label=${t('audits.verify')} send=${act('verification', 'note')}><${Area} name="note" /><//></details>`}
	</article>`;
}

function Findings({ path, who, onChanged }) {
	const list = useList(path, { name: 'findings', cursor: 'after' });
	const changed = () => Promise.all([list.again(), onChanged?.()]);
	return html`
		${list.problem && html`<${Problem} problem=${list.problem} />`}
		${list.rows?.length === 0 && html`<p class="empty">${t('log.none')}</p>`}
		${list.rows?.map(row => html`<${Finding} row=${row} who=${who} onChanged=${changed} key=${row.uid} />`)}
		<${More} list=${list} />`;
}

function Close({ audit, onChanged }) {
	const [problem, setProblem] = useState(null);
	const close = () => request('POST', `audits/${audit.uid}/close`).then(onChanged).catch(setProblem);
	return html`${problem && html`<${Problem} problem=${problem} />`}
		<p>${t('audits.closing')}</p>
		<p><button disabled=${!audit.report} onClick=${close}>${t('audits.close')}</button></p>`;
}

function OneAudit({ id, who }) {
	const [audit, setAudit] = useState(null);
	const [problem, setProblem] = useState(null);
	const load = () => get(`audits/${id}`).then(setAudit).catch(setProblem);
	useEffect(() => { load(); }, [id]);
	if (problem)
		return html`<${Problem} problem=${problem} onRetry=${load} />`;
	if (!audit)
		return html`<p>${t('app.loading')}</p>`;
	const path = `findings?${query({ audit: id, limit: 50 })}`;
	return html`
		<p><a href=${link('audits', undefined, { year: audit.year })}>${t('audits.back', { year: audit.year })}</a></p>
		<h1>${audit.title}</h1>
		<p class="facts"><span>${audit.year}</span><span>${t(`log.${audit.state}`)}</span>
			<span>${t('audits.auditors')}: ${audit.auditors.join(', ') || '–'}</span>
			<span>${t('audits.procedures')}: ${audit.procedures.join(', ') || '–'}</span></p>
		<${Plan} audit=${audit} onChanged=${load} />
		<section><h2>${t('log.evidence')}</h2><${EvidenceOf} audit=${audit} /></section>
		<section><h2>${t('audits.findings', { open: audit.open_findings, all: audit.findings })}</h2>
			<${Findings} path=${path} who=${who} onChanged=${load} key=${audit.findings} /></section>
		${audit.state !== 'closed' && html`<${NewFinding} audit=${audit} onChanged=${load} /><${Close} audit=${audit} onChanged=${load} />`}`;
}

export function AuditsView({ who, id, parameters }) {
	useTitle(t(who.capabilities.includes('audit') ? 'nav.audits' : 'audits.mine'));
	if (!who.capabilities.includes('audit'))
		return html`<h1>${t('audits.mine')}</h1><${Findings} path="findings?limit=50" who=${who} />`;
	return id ? html`<${OneAudit} id=${id} who=${who} />` : html`<${AllAudits} parameters=${parameters} />`;
}

// On the account page of who keeps no audits: the findings that wait for them, if any do.
export function OwnFindings({ who }) {
	const [count, setCount] = useState(0);
	useEffect(() => {
		if (!who.capabilities.includes('audit'))
			get('findings?limit=50').then(answer => setCount(answer.findings.filter(row => !row.verified).length), () => {});
	}, []);
	return count > 0 && html`<section aria-labelledby="findings-title"><h2 id="findings-title">${t('audits.mine')}</h2>
		<p><a href=${link('audits')}>${t('audits.waiting', { n: count })}</a></p></section>`;
}
